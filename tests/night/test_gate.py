"""The morning gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import GateReport
from eudaimon.language import Capabilities, Extend, ScriptedModel
from eudaimon.night import Settings
from eudaimon.night.gate import FLIPS, Answers, Held, chance, compare, decide, hold
from eudaimon.training import adapter
from eudaimon.values import Article, Charter, Predicate

SETTINGS = Settings()
BETTER = Answers(tuple(0.5 + 0.01 * (k % 5) for k in range(30)), 1, -2.0, 0.1)
WORSE = replace(BETTER, scores=(0.4,) * 30, kl=0.0)
gains = st.lists(st.sampled_from([-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0]), max_size=9)


def test_a_better_candidate_that_keeps_everything_is_adopted() -> None:
    report = decide(WORSE, BETTER, SETTINGS)
    assert report.adopted
    assert report.figures["gain"] == pytest.approx(0.12)
    assert len(report.reasons) == 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scores": (0.4,) * 30}, "a gain of"),
        ({"broken": 2}, "floors broken on visible text: 2, before 1"),
        ({"fluency": -2.6}, "fluency"),
        ({"kl": 0.7}, "from the base"),
    ],
)
def test_one_rule_that_fails_is_enough_to_roll_back_and_comes_first(change: dict[str, Any], why: str) -> None:
    report = decide(WORSE, replace(BETTER, **change), SETTINGS)
    assert not report.adopted
    assert why in report.reasons[0]


def test_a_gain_too_small_to_be_worth_a_change_is_refused_however_sure_it_is() -> None:
    slightly = replace(WORSE, scores=tuple(one + 0.001 for one in WORSE.scores))
    report = decide(WORSE, slightly, SETTINGS)
    assert report.figures["chance"] < 0.001
    assert not report.adopted


def test_a_gate_to_which_nobody_came_adopts_nothing() -> None:
    assert not decide(Answers(()), Answers(()), SETTINGS).adopted


@given(gains)
def test_chance_counts_every_pattern_of_signs(some: list[float]) -> None:
    moved = [gain for gain in some if gain]
    sums = [sum(s * g for s, g in zip(signs, moved, strict=True)) for signs in product((1, -1), repeat=len(moved))]
    assert chance(some) == pytest.approx(fmean(one >= sum(moved) - 1e-12 for one in sums))


def test_drawn_signs_come_close_to_all_signs() -> None:
    few = [0.3, 0.2, -0.1, 0.4, 0.1, -0.2, 0.3, 0.1, 0.2, -0.3, 0.1, 0.2, 0.3]
    drawn = chance(few + [1e-9] * 4)  # too many to try all
    assert drawn == pytest.approx(chance(few), abs=4 * (0.25 / FLIPS) ** 0.5)


@pytest.mark.parametrize(("count", "moved"), [(40, 1.0), (40, 0.5), (40, 0.2), (40, 0.08), (12, 1.0)])
def test_candidates_that_are_no_better_are_adopted_in_at_most_one_of_twenty_cases(count: int, moved: float) -> None:
    chances = np.random.default_rng(int(count * 100 + moved * 100))
    trials, adopted = 800, 0
    for _ in range(trials):
        before = chances.beta(2, 1, count)
        after = np.where(chances.random(count) < moved, chances.beta(2, 1, count), before)
        adopted += decide(Answers(tuple(before)), Answers(tuple(after)), SETTINGS).adopted
    assert adopted / trials <= 0.05 + 2 * (0.05 * 0.95 / trials) ** 0.5  # at most 5%, up to the simulation's own error


def test_a_candidate_that_is_better_by_half_a_deviation_is_mostly_adopted() -> None:
    chances = np.random.default_rng(1)
    trials = 100
    adopted = sum(
        decide(Answers((0.5,) * 40), Answers(tuple(0.5 + chances.normal(0.1, 0.2, 40))), SETTINGS).adopted
        for _ in range(trials)
    )
    assert adopted / trials > 0.85


def test_both_personas_answer_the_same_people_without_pausing(tiny: ModuleType, scripted: Callable[..., Any]) -> None:
    asked: list[list[Extend]] = [[], []]
    models = [ScriptedModel(lambda r, k=k: asked[k].append(r) or f"{k}.") for k in range(2)]
    held = [hold(model, tiny.talks(1), tiny.SETTINGS, seed=5) for model in models]
    assert [(r.conversation, r.seed, r.stop) for r in asked[0]] == [(r.conversation, r.seed, r.stop) for r in asked[1]]
    assert all(request.stop == () for request in asked[0])
    assert [len(one.episodes) for one in held] == [8, 8]


def test_what_both_said_is_judged_once(tiny: ModuleType, scripted: Callable[..., Any]) -> None:
    critic = scripted(lambda reply: 0.5)
    current, candidate = (
        hold(ScriptedModel(lambda request: "so."), tiny.talks(1), tiny.SETTINGS, seed=5) for _ in range(2)
    )
    assert compare(current, candidate, critic, tiny.CHARTER)[0].scores == (0.5,) * 8
    assert len(critic.asked) == 8


def test_floors_are_counted_on_visible_text(tiny: ModuleType, scripted: Callable[..., Any]) -> None:
    polite = Article("polite", "care", "floor", "nobody is told hush", Predicate(never_say=("hush",)))
    held = [
        hold(ScriptedModel(lambda r, say=say: say), tiny.talks(1), tiny.SETTINGS, seed=5) for say in ("so.", "hush.")
    ]
    answers = compare(held[0], held[1], scripted(lambda reply: 0.5), Charter("c", 1, (polite,)))
    assert [one.broken for one in answers] == [0, 8]


def test_what_a_model_cannot_tell_is_not_asked_of_it(tiny: ModuleType) -> None:
    def fluency(capabilities: Capabilities) -> Held:
        return hold(ScriptedModel(capabilities=capabilities), tiny.talks(1), tiny.SETTINGS, seed=5)

    assert (fluency(Capabilities()).fluency, fluency(Capabilities()).kl) == (None, None)
    weighed = fluency(Capabilities(scores=True))
    assert weighed.fluency == pytest.approx(
        -3 / 4
    )  # "so be it.": minus one for each of three words, over words and marks
    assert weighed.kl is None
    assert isinstance(decide(Answers((0.5,)), Answers((0.6,)), SETTINGS), GateReport)


def test_the_same_weights_are_no_distance_apart(tiny: ModuleType) -> None:
    assert hold(tiny.model(), tiny.talks(1), tiny.SETTINGS, seed=5).kl == pytest.approx(0, abs=1e-5)


@pytest.mark.slow
def test_noise_is_hardly_ever_adopted(tiny: ModuleType, tmp_path: Path) -> None:
    speaker, adopted = tiny.model(), 0
    people = [talk for number in range(5) for talk in tiny.talks(number)]
    settings = replace(tiny.SETTINGS, confidence=0.95)
    for seed in range(20):
        noise = adapter.begin(speaker.model, 4, seed)
        chances = torch.Generator().manual_seed(seed)
        for weight in adapter.seconds(noise):
            weight.data = torch.randn(weight.shape, generator=chances) * 0.3
        adapter.write(noise, tmp_path / str(seed), speaker.name)
        held = []
        for persona in (None, tmp_path / str(seed)):
            speaker.load_adapter(persona)
            held.append(hold(speaker, people, settings, seed))
        assert held[0].episodes != held[1].episodes
        adopted += decide(*compare(held[0], held[1], tiny.Whim(), tiny.CHARTER), settings).adopted
    assert adopted <= 3  # one is expected; four or more would come in 16 of 1000 such tests
