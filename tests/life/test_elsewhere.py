"""Models that are not the embedded one live as it does: converted from llama2.c, and of every family that is born."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.language.llama2c import KNOWN, elsewhere
from transformers import AutoTokenizer

from eudaimon import open_model
from eudaimon.birth.network import FAMILIES, make_network
from eudaimon.dialogue import Message, Stage
from eudaimon.errors import TemplateError
from eudaimon.language import Extend
from eudaimon.language.local import LocalModel
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.night import Settings
from eudaimon.values import Standard

TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m.content }}\n{% endfor %}"
SMALL = VillageWorld(1, 1, 1, probed=False)
EAGER = Settings(standard=Standard(0.0, 0.9), margin=0.0, dreams=1, branches=1)
KIND = "id: lenient\nversion: 1\narticles:\n- {id: kind, value: care, kind: aspiration, text: Be kind.}\n"
"""Nights and a charter by which even one who only babbles has something to learn from."""
MODELS = [pytest.param(name, marks=[pytest.mark.shared, pytest.mark.long] if name else ()) for name in KNOWN]


def lived(directory: Path, model: LocalModel) -> None:
    """A day, a night and a morning, looked at."""
    manner = Manner(pool="soldier", max_tokens=6, passage_tokens=6, comment_tokens=2, cohort=2)
    charter = directory.with_name("kind.yaml")
    charter.write_text(KIND, encoding="utf-8")
    with Life.begin(directory, model, world=SMALL, manner=manner, nights=EAGER, charter=charter) as life:
        for _ in life.live(1):
            pass
        episodes = life.store.episodes(1, "village")
        comments = [c for e in episodes for r in e.reflections for c in r.decision.comments]
        assert len(episodes) == 1
        assert {comment.archetype for comment in comments} >= {"sage", "fool", "guardian"}
        assert all(sum(comment.probabilities) == pytest.approx(1) for comment in comments)
        assert life.store.nights()[0].stage is Stage.MORNING
        adapters = list((directory / "personas").glob("*/adapter_model.safetensors"))
        assert len(adapters) == len(life.store.personas()) - 1 == 1


@pytest.mark.parametrize("name", MODELS)
def test_a_model_from_elsewhere_lives_and_learns(tmp_path: Path, name: str) -> None:
    """On stories260K too, where the development data lies beside the project; else with random weights alone."""
    model = open_model(elsewhere(tmp_path / "model", name, context=2048), template=TEMPLATE)
    assert isinstance(model, LocalModel)
    assert not model.capabilities.voices
    lived(tmp_path / "life", model)


def test_a_model_without_a_template_begins_no_life(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="--template"):
        open_model(elsewhere(tmp_path / "model"))


def test_a_model_that_cannot_read_so_far_says_how_far_it_can(tmp_path: Path) -> None:
    model = open_model(elsewhere(tmp_path / "model"), template=TEMPLATE)
    with Life.begin(tmp_path / "life", model, world=SMALL) as life:
        told = life.day()[-1].text
    assert re.search(r"nobody was answered.*takes \d+ tokens, and model@\w+ reads 256 at most", told), told


@pytest.mark.parametrize("family", FAMILIES)
def test_a_newborn_of_every_family_lives_learns_and_keeps_what_it_read(
    newborn: Path, tmp_path: Path, family: str
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(newborn)
    voices = open_model(newborn).capabilities.voices
    network = make_network(family, len(tokenizer), tuple(sorted(voices)), hidden=64, layers=2)
    network.bfloat16().save_pretrained(tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    model = open_model(tmp_path / "model")
    assert isinstance(model, LocalModel)
    assert model.capabilities.voices == voices
    lived(tmp_path / "life", model)
    asked = (Message("system", "Tom sells bread."), Message("user", "who sells bread?"))
    model.remember(asked).save(tmp_path / "kept")
    request = Extend((*asked, Message("assistant", "Tom")), max_tokens=8, temperature=0.0)
    said, resumed = model.extend([request])[0], model.resume(model.recall(tmp_path / "kept"), request)
    assert (said.text, said.logprob) == (resumed.text, pytest.approx(resumed.logprob, abs=1e-3))
