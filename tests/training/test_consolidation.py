"""From signals to an adapter."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from eudaimon.dialogue import PersonaRecord, Signal, SignalKind
from eudaimon.errors import InputError, ModelError, StoreError
from eudaimon.language import Score, Usage
from eudaimon.language.local import LocalModel
from eudaimon.night import Settings as Night
from eudaimon.night.consolidation import by_weights
from eudaimon.training import Settings, adapter, consolidate
from eudaimon.training.examples import batches, example_of
from eudaimon.training.gradients import Gradients
from eudaimon.training.loss import gaps, loss
from eudaimon.training.network import Policy

HARD = Settings(rank=4, epochs=4, rate=1e-2, kl=50.0, batch=6)


def test_the_same_signals_give_the_same_adapter_bit_by_bit(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    for place in ("one", "two"):
        torch.rand(7)  # whatever else happens in the process
        consolidate(model, signals, HARD, tmp_path / place)
    files = [{file.name: file.read_bytes() for file in (tmp_path / place).iterdir()} for place in ("one", "two")]
    assert files[0] == files[1]
    assert set(files[0]) == {"adapter_model.safetensors", "adapter_config.json"}


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
@pytest.mark.long
def test_two_cores_train_what_one_trains_and_count_the_same_work(
    model: LocalModel, signals: list[Signal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consolidate(model, signals, HARD, tmp_path / "parent")
    found, forked, children = [], os.fork, list[int]()
    monkeypatch.setattr(os, "fork", lambda: children.append(forked()) or children[-1])
    for cores in (1, 2):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        model.usage = Usage()
        out = tmp_path / str(cores)
        figures = consolidate(model, signals, replace(HARD, kl=0.01), out, parent=tmp_path / "parent")
        told = {name: value for name, value in figures.items() if name != "training seconds"}
        found.append((adapter.fingerprint(out), told, model.usage))
        assert bool(children) == (cores == 2)
    assert found[0] == found[1]
    assert found[0][1]["kept"] < 1  # so that the search for what may be kept is among what was compared
    for child in children:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def test_parts_of_a_batch_have_the_gradient_of_the_whole(model: LocalModel, signals: list[Signal]) -> None:
    policy = Policy(adapter.begin(model.model, 4, 0), model.usage, model.template.mark)
    (batch,) = batches([example_of(signal, model.template) for signal in signals if signal.chosen], len(signals))
    with Gradients.of(model, policy, [batch], HARD) as gradients:
        parts = gradients.add(0)
        apart = [weight.grad.clone() for weight in gradients.weights if weight.grad is not None]
        before = torch.stack([one for each in gradients.before[0] for one in each])
    said = policy.said(batch)
    with torch.no_grad(), policy.reference():
        reference = policy.said(batch).sum(1)
    assert len(parts) == 2
    assert len(before) == len(reference)
    for weight in gradients.weights:
        weight.grad = None
    value = loss(said, gaps(said, reference, batch), batch, HARD)
    value.backward()  # type: ignore[no-untyped-call]
    whole = [weight.grad for weight in gradients.weights if weight.grad is not None]
    assert sum(part.loss for part in parts) == pytest.approx(float(value.detach()), rel=1e-5)
    assert len(whole) == len(apart)
    assert any(bool(one.any()) for one in whole)
    for one, other in zip(whole, apart, strict=True):
        assert torch.allclose(one, other, rtol=1e-3, atol=1e-6)


def test_another_seed_or_other_signals_give_another_adapter(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    recipes = {"one": (HARD, signals), "two": (replace(HARD, seed=1), signals), "three": (HARD, signals[1:])}
    for place, (settings, some) in recipes.items():
        consolidate(model, some, settings, tmp_path / place)
    assert len({adapter.fingerprint(tmp_path / place) for place in recipes}) == 3


def test_the_base_is_not_touched(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    before = {name: weight.clone() for name, weight in model.model.state_dict().items()}
    modules = [type(module) for module in model.model.modules()]
    consolidate(model, signals, HARD, tmp_path / "out")
    assert all(torch.equal(weight, before[name]) for name, weight in model.model.state_dict().items())
    assert [type(module) for module in model.model.modules()] == modules


@pytest.mark.parametrize("family", ["lfm2", "llama", "mamba2"])
def test_what_was_chosen_becomes_likelier_than_what_was_rejected(
    family: str, native: Callable[[str], LocalModel], signals: list[Signal], tmp_path: Path
) -> None:
    model = native(family)
    pairs = [signal for signal in signals if signal.rejected]
    figures = consolidate(model, pairs, replace(HARD, epochs=8), tmp_path / "out")
    model.load_adapter(tmp_path / "out")
    asked = [Score(one.prompt, (one.chosen, one.rejected), sealed=sealed) for one in pairs for sealed in (False, True)]
    scores = model.score(asked)
    gained = [
        (now[0] - before[0]) - (now[1] - before[1]) for now, before in zip(scores[::2], scores[1::2], strict=True)
    ]
    assert sum(gain > 0 for gain in gained) > 0.8 * len(pairs)
    assert figures["last loss"] < figures["first loss"]


@pytest.mark.parametrize(("epochs", "steps"), [(0.01, 1), (1, 3), (2.5, 8)])
def test_a_part_of_an_epoch_stops_at_a_step(
    epochs: float, steps: int, model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    figures = consolidate(model, signals, replace(HARD, epochs=epochs), tmp_path / "out")
    assert figures["steps"] == steps


def test_what_was_let_pass_becomes_likelier(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    labels = [signal for signal in signals if signal.kind is SignalKind.LABEL]
    consolidate(model, labels, replace(HARD, supervised=1.0), tmp_path / "out")
    model.load_adapter(tmp_path / "out")
    now, before = (
        model.score([Score(one.prompt, (one.chosen,), sealed=sealed) for one in labels]) for sealed in (False, True)
    )
    assert all(one > other for (one,), (other,) in zip(now, before, strict=True))


def test_the_persona_stays_within_its_budget(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    free = consolidate(model, signals, HARD, tmp_path / "free")
    bound = consolidate(model, signals, replace(HARD, kl=free["kl"] / 4), tmp_path / "bound")
    assert free["kept"] == 1.0
    assert 0 < bound["kept"] < 1
    assert 0 < bound["kl"] <= free["kl"] / 4
    assert bound["kl reached"] == free["kl"]


def test_the_work_is_counted(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    examples = [example_of(signal, model.template) for signal in signals]
    once = sum(len(e.prompt) + len(side) for e in examples for side in e.sides)
    model.usage.trained = model.usage.encoded = 0
    consolidate(model, signals, replace(HARD, epochs=3), tmp_path / "out")
    assert model.usage.trained == 3 * once
    assert model.usage.encoded >= once  # the reference's pass


def test_training_goes_on_from_a_parent(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    consolidate(model, signals, HARD, tmp_path / "parent")
    gentle = replace(HARD, epochs=1, rate=1e-5)
    first = consolidate(model, signals, gentle, tmp_path / "child", parent=tmp_path / "parent")
    fresh = consolidate(model, signals, gentle, tmp_path / "orphan")
    assert first["kl"] > 10 * fresh["kl"]  # measured from the base, which the parent had left


def test_an_adapter_loads_wherever_peft_does_and_names_its_base(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    consolidate(model, signals, HARD, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "adapter_config.json").read_text())["base_model_name_or_path"] == model.name
    loaded = PeftModel.from_pretrained(model.model, tmp_path / "out")
    assert any(weight.abs().sum() > 0 for name, weight in loaded.named_parameters() if "lora_B" in name)


def test_a_consolidation_that_is_broken_off_leaves_no_adapter(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "adapter_model.safetensors").write_bytes(b"half an adapter")
    with pytest.raises(KeyboardInterrupt):
        consolidate(model, signals, HARD, tmp_path / "out", stop)
    assert not (tmp_path / "out").exists()
    consolidate(model, signals, HARD, tmp_path / "out")
    consolidate(model, signals, HARD, tmp_path / "again")
    assert [place.name for place in sorted(tmp_path.iterdir())] == ["again", "out"]
    assert adapter.fingerprint(tmp_path / "out") == adapter.fingerprint(tmp_path / "again")


def test_an_adapter_that_cannot_be_written_is_an_error_that_names_the_place(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be written to .*file/out"):
        consolidate(model, signals, HARD, tmp_path / "file" / "out")


def test_an_adapter_is_named_by_its_content(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    for _ in range(2):  # the second takes the place of the first
        consolidate(model, signals, HARD, tmp_path / "fresh")
        named = adapter.name_by_content(tmp_path / "fresh", "night-7")
    assert named == tmp_path / f"night-7-{adapter.fingerprint(named)[:12]}"
    assert [place.name for place in tmp_path.iterdir()] == [named.name]


def test_every_step_is_reported(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    figures = consolidate(model, signals, HARD, tmp_path / "out", lambda done, total: told.append((done, total)))
    assert told == [(step + 1, int(figures["steps"])) for step in range(int(figures["steps"]))]


def test_signals_that_are_too_long_are_left_out_and_counted(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    long = replace(signals[0], chosen=" ".join(["bread"] * 60))
    figures = consolidate(model, [*signals[1:], long], replace(HARD, max_tokens=60), tmp_path / "out")
    assert figures["too long"] == 1
    with pytest.raises(ModelError, match="nothing to train on"):
        consolidate(model, [long], replace(HARD, max_tokens=60), tmp_path / "none")
    night = Night(training=replace(HARD, max_tokens=60))
    nothing = by_weights(
        model, [long], PersonaRecord("newborn"), night, number=1, seed=1, life=tmp_path, progress=lambda *told: None
    )
    assert nothing == (None, {"examples": 0.0, "too long": 1.0}), "such a night goes on without a candidate"


def test_a_parent_that_is_not_there_is_named(model: LocalModel, signals: list[Signal], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="adapter_model"):
        consolidate(model, signals, HARD, tmp_path / "out", parent=tmp_path / "nobody")


ROUTED = {"phimoe": {"num_local_experts": 2}, "llama4_text": {"num_local_experts": 2, "intermediate_size_mlp": 32}}


def foreign_family(family: str, size: int, **more: object) -> Any:
    """A tiny network of this family."""
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    ids = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(CONFIG_MAPPING[family](vocab_size=size, **sizes, **ids, **more)).eval()


@pytest.mark.parametrize("family", ROUTED)
def test_a_night_leaves_routers_as_they_are(
    family: str, foreign: Callable[..., LocalModel], signals: list[Signal], tmp_path: Path
) -> None:
    tokenizer = foreign().tokenizer
    sizes = {"num_key_value_heads": 1, "head_dim": 16, "num_experts_per_tok": 1, **ROUTED[family]}
    model = LocalModel(foreign_family(family, len(tokenizer), **sizes), tokenizer)
    consolidate(model, signals[:4], replace(HARD, epochs=1), tmp_path / "one")
    consolidate(model, signals[:4], replace(HARD, epochs=1), tmp_path / "two", parent=tmp_path / "one")
    left = [json.loads((tmp_path / place / "adapter_config.json").read_text()) for place in ("one", "two")]
    assert left[0]["exclude_modules"] == left[1]["exclude_modules"]
    assert all(name.endswith("router") for name in left[0]["exclude_modules"])
    model.load_adapter(tmp_path / "two")
    asked = [Score(one.prompt, (one.chosen,), sealed=sealed) for one in signals[:1] for sealed in (False, True)]
    now, before = model.score(asked)
    assert now != before


def test_linear_layers_that_a_family_writes_anew_are_trained_all_the_same() -> None:
    model = foreign_family("falcon", 20)
    layers = [one for one in model.modules() if type(one).__name__ == "FalconLinear"]
    begun = adapter.begin(model, 2, 0)
    assert len(adapter.seconds(begun)) == len(layers) > 0
    assert begun.peft_config["default"].exclude_modules is None


@pytest.mark.parametrize("wrong", [AttributeError("'tuple' object has no attribute 'dtype'"), ValueError("no.")])
def test_a_model_that_takes_no_adapter_is_named_with_a_remedy(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise wrong

    monkeypatch.setattr(type(model.model), "forward", refuses)
    with pytest.raises(ModelError, match=r"no adapter fits into Lfm2ForCausalLM \(.*[^.]\).*serve this one"):
        adapter.begin(model.model, 2, 0)
