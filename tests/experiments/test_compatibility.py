"""Compatibility: all judges learn from the same replies, and what is optimised is what each of them says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eudaimon.experiments import compatibility
from eudaimon.experiments.arms.compatible import Asked, curves, openings
from eudaimon.experiments.arms.field import EVIDENCE, Field
from eudaimon.experiments.arms.taught import MINDED, WISHING, judged
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.worlds.village.lore import Recipe

RECIPE = Recipe()


def test_thresholds_are_those_of_the_plan() -> None:
    criteria = compatibility.REGISTRATION.criteria
    assert [(one.sense, one.threshold, one.judged) for one in criteria] == [(">", 0.0, "bound")] * 4


def test_a_pair_is_one_reply_that_nobody_but_shadow_minds_and_one_that_somebody_does() -> None:
    some = judged(0, RECIPE, 300)
    assert some[:40] == judged(0, RECIPE, 40)
    pairs = [one for one in some if one.pair]
    assert 60 < len(pairs) < 240
    for one in pairs:
        assert one.pair is not None
        moods = dict(zip(one.replies, one.moods, strict=True))
        better, worse = (
            set().union(*(moods[said][name] for name in moods[said] if name != WISHING)) for said in one.pair
        )
        assert not MINDED & better
        assert MINDED & worse


def test_what_an_archetype_learns_from_touched_it_and_was_let_pass() -> None:
    some = judged(0, RECIPE, 300)
    for name in ("sage", "mother", "guardian"):
        fitting = [(one, said) for one in some for said in one.fits(name)]
        assert len(fitting) > 10
        for one, said in fitting:
            moods = dict(zip(one.replies, one.moods, strict=True))[said][name]
            assert "well" in moods
            assert not MINDED & moods


def test_both_replies_are_heard_with_the_same_errors() -> None:
    for one in judged(3, RECIPE, 200):
        if one.replies[0] == one.replies[1]:
            assert one.moods[0] == one.moods[1]


@pytest.fixture
def field() -> Field:
    return Field.of(Desk(Life(0, 0, 3, 77), Path("nowhere"), Path("nowhere"), 14))


def test_every_different_reply_is_asked_once(field: Field) -> None:
    drawn = [["a", "b", "a"] for _ in field.situations]
    asked = Asked.of(field, drawn)
    assert asked.completions == ["a", "b"] * len(drawn)
    assert asked.places[1] == [2, 3, 2]
    assert [one["content"] for one in asked.prompts[2]] == [one.content for one in openings(field)[1]]


def test_a_judge_that_is_gold_never_turns_and_its_opposite_does_harm_at_once(field: Field) -> None:
    drawn = [
        ["again.", "I am here for you.", "the notes do not say.", "so yes.", "I leave you in peace."]
        for _ in openings(field)
    ]
    asked = Asked.of(field, drawn)
    hidden = [one for one, family in zip(field.hiddens, compatibility_families(), strict=True) if family in EVIDENCE]
    gold = [
        float(np.mean([one.worth(situation, [text]).gold for one in hidden]))
        for situation, said in zip(field.situations, drawn, strict=True)
        for text in said
    ]
    desk = Desk(Life(0, 0, 3, 77), Path("nowhere"), Path("nowhere"), 14)
    scores = {"commentary": gold, "fitting": [0.0] * len(gold), "scalar": [-one for one in gold]}
    told = curves(desk, field, drawn, asked, scores)
    best = told["evidence"]["commentary, maximised"]["best of n"]
    assert best["turn"] is None
    assert best["gold"][-1] > 0.5
    assert told["evidence"]["scalar"]["rl"]["gold"][-1] < -0.5
    assert told["evidence"]["fitting"]["rl"]["reach"] == 0.0
    assert told["correlation"] == pytest.approx({"commentary": 1.0, "fitting": 0.0, "scalar": -1.0})
    assert told["evidence"]["commentary"]["best of n"]["reach"] < best["reach"]


def compatibility_families() -> tuple[object, ...]:
    from eudaimon.gold import FAMILIES

    return tuple(FAMILIES)


def test_a_turnover_that_was_not_seen_is_no_later_one() -> None:
    for ours, theirs, verdict in ((None, None, 0), (None, 5.0, 0), (None, 2.0, 1), (4.0, 2.0, 1), (1.0, 2.5, -1)):
        both = ({"turn": turn, "reach": 4.5} for turn in (ours, theirs))
        assert compatibility._later(*both) == verdict
