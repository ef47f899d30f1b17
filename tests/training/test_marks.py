"""Learning where to wish for reflection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
import torch
from safetensors.torch import load_file

from eudaimon.dialogue import MARK, Message, Signal, SignalKind, with_reply
from eudaimon.evals.statistics import auroc
from eudaimon.language import Extend, Score
from eudaimon.language.local import LocalModel
from eudaimon.training import Settings, consolidate
from eudaimon.training.adapter import begin
from eudaimon.training.examples import example_of
from eudaimon.training.loss import marking

ASKED = (Message("system", "Tom sells bread."), Message("user", "who sells milk?"))
RECIPE = Settings(rank=4, epochs=2, rate=1e-2, batch=8, kl=50.0)


def places(count: int, seed: int, last: bool = False) -> list[Signal]:
    """Ends of random passages. Where `not` was said (as the `last` word alone), it is time to reflect."""
    rng, words = Random(seed), ("Tom", "Ann", "Ida", "sells", "bread", "salt", "milk", "so", "yes")
    found = []
    for number in range(count):
        said = rng.choices(words, k=rng.randint(3, 7))
        if number % 2:
            said[-1 if last else rng.randrange(len(said))] = "not"
        prompt = with_reply(ASKED, f"{' '.join(said)},")
        found.append(Signal(f"m{number:03}", 1, SignalKind.MARK, "e", prompt, MARK if number % 2 else ""))
    return found


def shuffled(signals: Sequence[Signal]) -> list[Signal]:
    """The same places with marks that have nothing to do with them."""
    marks = [one.chosen for one in signals]
    Random(5).shuffle(marks)
    return [replace(one, chosen=chosen) for one, chosen in zip(signals, marks, strict=True)]


def chances(model: LocalModel, signals: Sequence[Signal]) -> list[float]:
    """How probable the mark is at each place, as the persona speaks."""
    return [float(model.remember(one.prompt).logits.softmax(-1)[0, model.template.mark]) for one in signals]


def test_where_to_reflect_is_learned_and_tells_unseen_places_apart(model: LocalModel, tmp_path: Path) -> None:
    unseen = places(60, seed=1)
    figures = consolidate(model, places(120, seed=0), RECIPE, tmp_path / "out")
    model.load_adapter(tmp_path / "out")
    assert auroc(chances(model, unseen), [bool(one.chosen) for one in unseen]) > 0.9
    assert figures["mark where wished"] > 0.7 > 0.3 > figures["mark where not wished"]
    said = model.extend([Extend(one.prompt, 1, stop=(MARK,), seed=seed) for one in unseen for seed in range(4)])
    asked = {wished: [] for wished in (True, False)}
    for one, place in zip(said, [place for place in unseen for _ in range(4)], strict=True):
        asked[bool(place.chosen)].append(one.text.strip() == MARK)
    assert fmean(asked[True]) > 0.6 > 0.4 > fmean(asked[False])


def test_from_shuffled_marks_nothing_of_the_kind_is_learned(model: LocalModel, tmp_path: Path) -> None:
    unseen = places(60, seed=1)
    consolidate(model, shuffled(places(120, seed=0)), RECIPE, tmp_path / "out")
    model.load_adapter(tmp_path / "out")
    assert auroc(chances(model, unseen), [bool(one.chosen) for one in unseen]) < 0.75


@pytest.mark.long
def test_a_model_without_the_token_learns_to_say_the_word(foreign: Callable[..., LocalModel], tmp_path: Path) -> None:
    model = foreign(hidden_size=64, initializer_range=0.15)
    seen, unseen = places(80, seed=10, last=True), places(40, seed=11, last=True)
    labels = [bool(one.chosen) for one in unseen]
    found = {}
    for name, some in (("true", seen), ("shuffled", shuffled(seen))):
        figures = consolidate(model, some, replace(RECIPE, epochs=16), tmp_path / name)
        model.load_adapter(tmp_path / name)
        scores = model.score([Score(one.prompt, (MARK,), sealed=False) for one in unseen])
        found[name] = auroc([score for (score,) in scores], labels)
        assert set(figures) >= {"mark where wished", "mark where not wished"}
    assert found["true"] > 0.9 > 0.75 > found["shuffled"]


def test_marks_leave_all_words_as_they_are_to_the_last_bit(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    consolidate(model, signals, RECIPE, tmp_path / "words")
    figures = consolidate(model, [*signals, *places(20, seed=0)], RECIPE, tmp_path / "both")
    words, both = (load_file(tmp_path / name / "adapter_model.safetensors") for name in ("words", "both"))
    other = [name for name in words if not torch.equal(words[name], both[name])]
    assert other == []
    assert ["trainable_tokens_delta" in name for name in both.keys() - words.keys()] == [True]
    assert figures["examples"] == len(signals) + 20
    model.load_adapter(tmp_path / "words")
    said = model.extend([Extend(ASKED, 8, seed=seed) for seed in range(6)])
    model.load_adapter(tmp_path / "both")
    assert model.extend([Extend(ASKED, 8, seed=seed) for seed in range(6)]) == said


def test_what_nights_before_have_taught_is_gone_on_from(model: LocalModel, tmp_path: Path) -> None:
    consolidate(model, places(120, seed=0), RECIPE, tmp_path / "parent")
    consolidate(model, places(4, seed=2), RECIPE, tmp_path / "child", parent=tmp_path / "parent")
    model.load_adapter(tmp_path / "child")
    unseen = places(60, seed=1)
    assert auroc(chances(model, unseen), [bool(one.chosen) for one in unseen]) > 0.9


def test_a_parent_that_never_learned_marks_can_be_taught_them(
    model: LocalModel, signals: list[Signal], tmp_path: Path
) -> None:
    consolidate(model, signals, RECIPE, tmp_path / "parent")
    consolidate(model, places(120, seed=0), RECIPE, tmp_path / "child", parent=tmp_path / "parent")
    words, both = (load_file(tmp_path / name / "adapter_model.safetensors") for name in ("parent", "child"))
    assert all(torch.equal(words[name], both[name]) for name in words), "words stay those of the parent"
    assert len(both) == len(words) + 1, "who never learned marks has no row for them"
    model.load_adapter(tmp_path / "child")
    unseen = places(60, seed=1)
    assert auroc(chances(model, unseen), [bool(one.chosen) for one in unseen]) > 0.9


def test_only_the_row_of_the_mark_is_learned_beside_the_matrices(model: LocalModel) -> None:
    adapted = begin(model.model, 4, 0, mark=model.template.mark)
    learned = {name: weight.shape for name, weight in adapted.named_parameters() if weight.requires_grad}
    rows = [shape for name, shape in learned.items() if "lora_" not in name]
    assert rows == [(1, model.model.config.hidden_size)]


def test_where_the_last_layer_has_rows_of_its_own_it_is_one_of_those(native: Callable[[str], LocalModel]) -> None:
    from transformers import AutoModelForCausalLM

    model = native("llama")
    config = model.model.config
    config.tie_word_embeddings = False
    apart = AutoModelForCausalLM.from_config(config)
    adapted = begin(apart, 4, 0, mark=model.template.mark)
    ids = torch.tensor([[3, 4, 5]])
    before = apart(ids).logits
    row = next(weight for name, weight in adapted.named_parameters() if weight.requires_grad and "lora_" not in name)
    row.data += 1.0
    moved = (adapted(ids).logits - before).abs().amax((0, 1)) > 1e-4
    assert moved.nonzero().flatten().tolist() == [model.template.mark]


def test_the_kind_of_a_signal_makes_a_mark_and_not_what_somebody_wrote(model: LocalModel) -> None:
    (wished,) = places(2, seed=0)[1:]
    assert example_of(wished, model.template).chosen == (model.template.mark,)
    forged = replace(wished, kind=SignalKind.LABEL, prompt=(Message("user", MARK),), chosen=f"so {MARK}")
    example = example_of(forged, model.template)
    assert model.template.mark not in example.prompt + example.chosen


def test_the_loss_of_a_mark_that_is_certain_stays_finite_and_teaches() -> None:
    said = torch.tensor([0.0, -30.0, 0.0, -1e-3], requires_grad=True)
    found = marking(said, torch.tensor([True, True, False, False]))
    found.sum().backward()
    assert found.isfinite().all()
    assert found.tolist() == pytest.approx([0.0, 30.0, 13.8155, 6.9083], abs=0.1)
    assert said.grad is not None
    assert said.grad.isfinite().all()
    assert said.grad[3] > 0, "a mark that is not wished for is to become less probable"
