"""A persona's adapter speaks in `extend` where it is let, and never in what is sealed."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from eudaimon.dialogue import Message
from eudaimon.errors import InputError, ModelError
from eudaimon.language import opening
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Blend, Branch, Extend, Score

FAMILIES = ("llama", "lfm2", "mamba2")
CONVERSATION = (Message("system", "Tom sells bread."), Message("user", "does Tom sell salt?"))
OPEN = (*CONVERSATION, Message("assistant", "no, Tom"))
VOICES = (Message("council", "You are old.", "sage"), Message("council", "You laugh.", "fool"))


def write_adapter(model: Any, path: Path, seed: int = 0) -> Path:
    """An adapter that changes what the model says, as PEFT writes it; `model` is used up."""
    from peft import LoraConfig, get_peft_model

    targets = ["in_proj"] if model.config.model_type == "mamba2" else "all-linear"  # PEFT refuses Mamba's out_proj
    persona = get_peft_model(model, LoraConfig(r=4, target_modules=targets, task_type="CAUSAL_LM"))
    torch.manual_seed(seed)
    for name, weight in persona.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.2)
    persona.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def adapters(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    tokenizer = tiny.native_tokenizer()
    return {
        family: write_adapter(tiny.random_model(family, tokenizer), tmp_path_factory.mktemp(family))
        for family in FAMILIES
    }


def fresh(tiny: ModuleType, family: str) -> LocalModel:
    tokenizer = tiny.native_tokenizer()
    return LocalModel(tiny.random_model(family, tokenizer), tokenizer)


def greedy(*, sealed: bool, limit: int = 6) -> Extend:
    return Extend(OPEN, max_tokens=limit, temperature=0.0, sealed=sealed)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_adapter_speaks_only_where_it_is_not_sealed(
    tiny: ModuleType, family: str, adapters: dict[str, Path]
) -> None:
    model = fresh(tiny, family)
    weights = {name: tensor.clone() for name, tensor in model.model.state_dict().items()}
    requests = [greedy(sealed=sealed) for sealed in (True, False, True, False)]
    scores = [Score(OPEN, ("bread", "salt"), sealed=sealed) for sealed in (True, False)]
    voices = [Branch(OPEN, VOICES, max_tokens=2, sealed=sealed) for sealed in (True, False)]
    # what shares a forward pass rounds alike, so the same rows are asked together before and after
    bare, bare_pair, bare_scores = model.extend(requests), model.extend(requests[::2]), model.score(scores)[0]
    bare_voices, bare_alone = model.branch(voices), model.branch(voices[:1])

    model.load_adapter(adapters[family])
    said = model.extend(requests)
    assert said[::2] == bare_pair
    assert said[1] == said[3] != bare[1]
    assert model.score(scores)[0] == bare_scores != model.score(scores)[1]
    sealed_voices, open_voices = model.branch(voices)
    assert [sealed_voices] == bare_alone
    assert sealed_voices != open_voices
    with model.base():
        assert model.extend(requests) == bare
        assert model.branch(voices) == bare_voices
    assert model.extend(requests) == said

    model.load_adapter(None)
    assert model.extend(requests) == bare
    after = model.model.state_dict()
    assert after.keys() == weights.keys()
    assert all(torch.equal(after[name], weight) for name, weight in weights.items())


@pytest.mark.parametrize("family", FAMILIES)
def test_a_large_models_adapter_shares_its_weights_and_says_the_same(
    tiny: ModuleType, family: str, adapters: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, shared = fresh(tiny, family), fresh(tiny, family)
    merged.load_adapter(adapters[family])
    monkeypatch.setattr(opening, "MERGED", 0)
    shared.load_adapter(adapters[family])
    theirs = {id(weight) for weight in shared._persona.network.model.parameters()}
    assert all(id(weight) in theirs for weight in shared.model.parameters())
    one, other = merged.extend([greedy(sealed=False)])[0], shared.extend([greedy(sealed=False)])[0]
    assert one.text == other.text
    assert one.logprob == pytest.approx(other.logprob, abs=1e-3)
    assert shared.extend([greedy(sealed=True)]) == merged.extend([greedy(sealed=True)])


def test_an_adapter_that_is_missing_or_of_another_model_is_refused(
    tiny: ModuleType, adapters: dict[str, Path], tmp_path: Path
) -> None:
    model = fresh(tiny, "llama")
    with pytest.raises(InputError, match=r"no adapter_model\.safetensors"):
        model.load_adapter(tmp_path)
    with pytest.raises(ModelError, match="does not fit"):
        model.load_adapter(adapters["mamba2"])
    assert model.extend([greedy(sealed=False)]) == model.extend([greedy(sealed=True)])


def blended(tiny: ModuleType, model: LocalModel, request: Extend) -> list[int]:
    """Greedy tokens of persona + sum_k w_k (log p_k - log p_plain), each context in full forward passes of its own."""
    template, mix = model._template, request.blend
    assert mix is not None
    plain = template.prompt(request.conversation).ids
    coloured = [template.prompt(template.coloured(request.conversation, voice)).ids for voice in mix.voices]
    said: list[int] = []
    while len(said) < request.max_tokens and not (said and said[-1] in model._ends):
        logits = tiny.next_logprobs(model._persona.network.model, [*plain, *said])
        base = tiny.next_logprobs(model.model, [*plain, *said])
        for weight, ids in zip(mix.weight, coloured, strict=True):
            logits = logits + weight * (tiny.next_logprobs(model.model, [*ids, *said]) - base)
        said.append(int(logits.argmax()))
    return said


@pytest.mark.parametrize("family", FAMILIES)
def test_an_undertone_adds_the_voices_log_ratios(tiny: ModuleType, family: str, adapters: dict[str, Path]) -> None:
    model = fresh(tiny, family)
    model.load_adapter(adapters[family])
    opened = [(*CONVERSATION, Message("assistant", reply)) for reply in ("no, Tom", "the moon", "salt", "far from it")]
    mixes = ((0.5, 0.2), (3.0, 0.0), (-1.0, 2.0))
    requests = [Extend(c, 5, temperature=0.0, blend=Blend(VOICES, mix)) for c in opened for mix in mixes]
    together = model.extend(requests)
    for request, said in zip(requests, together, strict=True):
        ids = [token for token in blended(tiny, model, request) if token not in model._ends]
        assert said.text == model._template.decode(ids, model._template.prompt(request.conversation))
        assert model.extend([request])[0].text == said.text
    plain = model.extend([Extend(c, 5, temperature=0.0) for c in opened])
    assert [said.text for said in together] != [said.text for said in plain for _ in mixes]


def test_an_undertone_without_weight_changes_nothing(tiny: ModuleType, adapters: dict[str, Path]) -> None:
    model = fresh(tiny, "llama")
    model.load_adapter(adapters["llama"])
    silent, plain = Extend(OPEN, 8, seed=1, blend=Blend(VOICES, (0.0, 0.0))), Extend(OPEN, 8, seed=1)
    mixed = model.extend([silent, plain])
    assert mixed[0].text == mixed[1].text
    assert mixed[0].logprob == pytest.approx(mixed[1].logprob, abs=1e-4)


def test_a_born_voices_undertone_is_its_bare_turn_before_the_reply(tiny: ModuleType) -> None:
    template = tiny.local("llama")._template
    ids = template.prompt(template.coloured(OPEN, VOICES[0])).ids
    shown = template._whole.decode(list(ids), skip_special_tokens=False)
    assert shown == "<notes> Tom sells bread. <person> does Tom <unk> salt? <sage> <helper> no, Tom"


def test_weights_by_which_nobody_speaks_any_more_are_let_go(tiny: ModuleType, tmp_path: Path) -> None:
    tokenizer = tiny.native_tokenizer()
    adapters = [write_adapter(tiny.random_model("llama", tokenizer), tmp_path / str(seed), seed) for seed in range(3)]
    model = LocalModel(tiny.random_model("llama", tokenizer), tokenizer)
    waiter, former = model.scheduler(), []
    for adapter in adapters:
        model.load_adapter(adapter)
        said = waiter.extend(greedy(sealed=False))
        waiter.run()
        assert said.result().tokens
        former.append(weakref.ref(model._persona))
    gc.collect()
    assert [one() is None for one in former] == [True, True, False]
