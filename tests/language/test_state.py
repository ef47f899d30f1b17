"""What a model has read can be put away and taken up again, by it alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from eudaimon.dialogue import Message
from eudaimon.errors import InputError, ModelError
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Extend, Usage
from eudaimon.language.track import Track

FAMILIES = ("llama", "qwen2", "mistral", "lfm2", "mamba", "mamba2")
ASKED = (Message("system", "Tom sells bread."), Message("user", "does Tom sell salt, or does Ann keep it far away?"))
ON = (20, 31, 25, 40)
AFTER = """
import json, sys
ON = json.loads(sys.argv.pop(1))
from pathlib import Path
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Usage
from eudaimon.language.track import Track
import torch
told = {}
for folder in map(Path, sys.argv[1:]):
    model = LocalModel.open(folder, threads=1)
    state = model.recall(folder / "kept.safetensors")
    with torch.inference_mode():
        track = Track.resumed(model._base.network, Usage(), state.cache, len(state.ids), state.logits)
        logits = [track.logits[0].tolist()]
        for token in ON:
            track.feed(torch.tensor([[token]]))
            logits.append(track.logits[0].tolist())
    told[folder.name] = logits
print(json.dumps(told))
"""


def uninterrupted(model: LocalModel) -> torch.Tensor:
    """Logits after each of the tokens `ON`, in one full forward pass."""
    ids = [*model._template.prompt(ASKED).ids, *ON]
    with torch.inference_mode():
        return model.model(input_ids=torch.tensor([ids])).logits[0, -len(ON) - 1 :]


@pytest.mark.long
def test_a_restart_changes_no_logit(tiny: ModuleType, tmp_path: Path) -> None:
    for family in FAMILIES:
        known = tiny.local(family)
        known.model.save_pretrained(tmp_path / family)
        known.tokenizer.save_pretrained(tmp_path / family)
        LocalModel.open(tmp_path / family).remember(ASKED).save(tmp_path / family / "kept.safetensors")
    folders = [str(tmp_path / family) for family in FAMILIES]
    run = subprocess.run(
        [sys.executable, "-c", AFTER, json.dumps(ON), *folders], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    for family, logits in json.loads(run.stdout.splitlines()[-1]).items():
        assert (torch.tensor(logits) - uninterrupted(tiny.local(family))).abs().max() <= 1e-5, family


@pytest.mark.parametrize("family", FAMILIES)
def test_resuming_says_what_reading_anew_says_and_reads_only_what_is_new(tiny: ModuleType, family: str) -> None:
    model = tiny.local(family)
    state = model.remember(ASKED)
    request = Extend((*ASKED, Message("assistant", "no, Tom sells")), max_tokens=6, temperature=0.0)
    model.forget()
    model.usage = Usage()
    said = model.resume(state, request)
    assert model.usage.encoded == 4
    anew = model.extend([request])[0]
    assert (said.text, said.finish) == (anew.text, anew.finish)
    assert said.logprob == pytest.approx(anew.logprob, abs=1e-4)
    assert model.resume(state, request) == said, "a state is not used up"


@pytest.mark.parametrize("family", ["llama", "lfm2", "mamba2"])
def test_a_state_grows_with_its_conversation(tiny: ModuleType, family: str, tmp_path: Path) -> None:
    model = tiny.local(family)
    longer = (*ASKED, Message("assistant", "no."), Message("user", "who does?"))
    grown = model.remember(longer, after=model.remember(ASKED))
    whole = model.remember(longer)
    assert grown.ids == whole.ids
    assert (grown.logits - whole.logits).abs().max() <= 1e-5
    grown.save(tmp_path / "kept")
    assert (model.recall(tmp_path / "kept").logits - whole.logits).abs().max() <= 1e-5
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_another_models_state_is_refused(tiny: ModuleType, tmp_path: Path) -> None:
    model, other = tiny.local("llama"), tiny.local("llama", True, 1)
    model.remember(ASKED).save(tmp_path / "kept")
    with pytest.raises(ModelError, match=f"made by {model.name}, and this is {other.name}"):
        other.recall(tmp_path / "kept")
    with pytest.raises(ModelError, match="made by"):
        other.resume(model.remember(ASKED), Extend(ASKED))


def test_a_state_of_another_conversation_is_refused(tiny: ModuleType) -> None:
    model = tiny.local("llama")
    with pytest.raises(ModelError, match="does not begin with"):
        model.resume(model.remember(ASKED), Extend(ASKED[1:]))


def test_what_is_no_state_is_refused(tiny: ModuleType, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    model = tiny.local("llama")
    with pytest.raises(InputError, match="no such state"):
        model.recall(tmp_path / "none")
    (tmp_path / "text").write_text("no, Tom")
    with pytest.raises(InputError, match="no saved state"):
        model.recall(tmp_path / "text")
    save_file({"x": torch.zeros(1)}, tmp_path / "tensors")
    with pytest.raises(InputError, match="no saved state"):
        model.recall(tmp_path / "tensors")


def test_a_track_resumed_from_nothing_new_speaks_at_once(tiny: ModuleType) -> None:
    model = tiny.local("lfm2")
    state = model.remember(ASKED)
    track = Track.resumed(model._base.network, Usage(), state.cache, len(state.ids), state.logits)
    assert torch.equal(track.logits, state.logits)
    assert model.resume(state, Extend(ASKED, 4, seed=2)).text == model.extend([Extend(ASKED, 4, seed=2)])[0].text
