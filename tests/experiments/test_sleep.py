"""What is made of lives whose night was held against its rivals: at equal effort, and by replies that parse."""

from __future__ import annotations

from typing import Any

import pytest

from eudaimon.evals.statistics import Estimate
from eudaimon.experiments.arms import rolls
from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.sleep import AWAKE, BESIDE, NIGHT, REGISTRATION, RIVALS, analyse
from eudaimon.gold import FAMILIES

JUDGES = ("slept", "comments", "verdicts", "generic", "labeller")
FIRST = REGISTRATION.primary.name


def figures(gold: float, parsed: float) -> dict[str, Any]:
    return {"gold": [gold] * len(FAMILIES), "gold given parsed": [parsed] * len(FAMILIES), "parsed": 0.9}


def lives(
    gain: float = 0.1, parsed: float | None = None, rough: float = 0.0, efforts: tuple[float, ...] = (1.0,) * 8
) -> list[Lived]:
    """Eight lives over four births whose arms are worth .5 and whose slept persona is worth `gain` more; given parsed
    `parsed`, up or down by `rough`. The awake arms spend `efforts` of the night's, by life."""
    found = []
    for index, spent in enumerate(efforts):
        off, odd = 0.001 * (index // 2) * (-1) ** index, rough * (-1) ** index
        tests = {arm: figures(0.5, 0.5) for arm in (*RIVALS.values(), *BESIDE.values())}
        tests["slept"] = figures(0.5 + gain + off, 0.5 + (gain if parsed is None else parsed) + off + odd)
        told = {
            "tests": tests,
            "skills": {"base": 0.9, "slept": 0.9},
            "nights": {arm: {"figures": {}, "gate": []} for arm in JUDGES},
            "worn": dict.fromkeys(JUDGES, True),
            "counts": {"passes": 9.5, "replies": 3.25},
            "efforts": {NIGHT: 1e9, "night of generic": 5e8, **dict.fromkeys(AWAKE, 1e9 * spent)},
        }
        found.append(Lived(Life(index, index % 4, 1000 + index, index), told))
    return found


def told(some: list[Lived]) -> tuple[Verdict, Finding]:
    finding = analyse(some)
    return verdict(REGISTRATION, finding), finding


def test_a_night_that_is_better_than_all_at_equal_effort_meets_the_claim_and_all_efforts_are_told() -> None:
    judged, finding = told(lives())
    assert judged is Verdict.MET
    assert finding.controls["operations: night of generic"] == pytest.approx(5e8)
    assert finding.controls["operations apart, the night and night of generic, at most"] == pytest.approx(0.5)
    assert finding.controls["passes awake"] == pytest.approx(9.5)


@pytest.mark.parametrize(
    ("spent", "testable"), [(0.96, True), (0.94, False), (1.04, True), (1.06, False), (0.3, False)]
)
def test_an_awake_arm_further_than_five_hundredths_from_the_night_in_one_life_leaves_nothing_to_test(
    spent: float, testable: bool
) -> None:
    judged, finding = told(lives(efforts=(1.0,) * 7 + (spent,)))
    assert finding.testable is testable
    assert judged is (Verdict.MET if testable else Verdict.NOT_TESTABLE)


@pytest.mark.parametrize(("parsed", "rough"), [(-0.05, 0.0), (0.02, 0.1)])
def test_a_gain_counts_only_if_its_bound_is_above_nought_where_all_replies_parse(parsed: float, rough: float) -> None:
    judged, finding = told(lives(parsed=parsed, rough=rough))
    assert judged is Verdict.MISSED
    assert finding.estimates[FIRST].value == 0.0
    as_it_stands, given_parsed = (finding.controls[f"{FIRST}, {how}"] for how in ("as it stands", "given parsed"))
    assert isinstance(as_it_stands, Estimate)
    assert isinstance(given_parsed, Estimate)
    assert as_it_stands.low > 0.03
    assert given_parsed.low < 0


def test_a_loss_is_told_as_it_is_whatever_parses() -> None:
    assert told(lives(gain=-0.1, parsed=0.1))[1].estimates[FIRST].value == pytest.approx(-0.1, abs=1e-3)


def test_old_skills_are_asked_for_often_enough_that_one_more_wrong_answer_is_little() -> None:
    assert 1 / len(rolls.questions(seed=1)) < 0.01 / 5
