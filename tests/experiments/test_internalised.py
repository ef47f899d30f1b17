"""What is made of lives that were lived: kept, lost, or nothing to keep."""

from __future__ import annotations

from typing import Any

import pytest

from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.internalised import ARMS, PRIMARY, REGISTRATION, analyse
from eudaimon.gold import FAMILIES

KINDS = ["claim", "stock", "wishes", "halt"]


def figures(gold: float, parsed: float) -> dict[str, Any]:
    golds = {"gold": [gold] * len(FAMILIES), "gold given parsed": [parsed] * len(FAMILIES)}
    return {**golds, "parsed": 0.9, "each": [gold, gold + 0.1, gold - 0.1, gold]}


def lives(loop: float, slept: float, slept_parsed: float | None = None, jitter: float = 0.002) -> list[Lived]:
    """Eight lives over four births whose base is worth .5."""
    found = []
    for index in range(8):
        off = jitter * (-1) ** index * (1 + index // 2)
        arms = dict.fromkeys(ARMS.values(), (0.5, 0.5))
        arms |= {"loop": (loop + off, loop + off), "slept": (slept + off, (slept_parsed or slept) + off)}
        told = {"tests": {name: figures(*gold) for name, gold in arms.items()}, "kinds": KINDS, "examples": 9}
        told |= {"nights": {"slept": [{}, {"kl at gate": 0.1}]}, "operations": {"slept": 1e9}}
        found.append(Lived(Life(index, index % 4, 1300 + index, index), told))
    return found


def told(some: list[Lived]) -> tuple[Verdict, Finding]:
    finding = analyse(some)
    return verdict(REGISTRATION, finding), finding


def test_nine_tenths_kept_are_enough_and_seven_are_not() -> None:
    assert told(lives(loop=0.6, slept=0.59))[0] is Verdict.MET
    judged, finding = told(lives(loop=0.6, slept=0.57))
    assert judged is Verdict.MISSED
    assert finding.estimates[PRIMARY].value == pytest.approx(0.07 - 0.8 * 0.1, abs=1e-3)
    assert len(finding.cells) == len(FAMILIES)


@pytest.mark.parametrize("loop", [0.54, 0.45])
def test_a_loop_that_gains_too_little_leaves_nothing_to_keep_and_the_figure_stands_aside(loop: float) -> None:
    judged, finding = told(lives(loop=loop, slept=0.6))
    assert judged is Verdict.NOT_TESTABLE
    assert not finding.estimates
    assert finding.controls[f"{PRIMARY}, testable or not"].value > 0  # type: ignore[union-attr]


def test_a_gain_whose_bound_is_not_above_nought_leaves_nothing_to_keep() -> None:
    assert told(lives(loop=0.56, slept=0.6, jitter=0.05))[0] is Verdict.NOT_TESTABLE


def test_what_was_kept_only_by_parsing_does_not_count() -> None:
    judged, finding = told(lives(loop=0.6, slept=0.59, slept_parsed=0.56))
    assert judged is Verdict.MISSED
    assert finding.estimates[PRIMARY].value == 0.0


def test_transfer_is_told_by_kind_and_for_what_no_night_held() -> None:
    controls = told(lives(loop=0.6, slept=0.59, jitter=0.0))[1].controls
    for group in ("stock", "wishes", "halt", "all without verdicts in lore", "all in no night"):
        assert controls[f"transfer to {group}: after nights"].value == pytest.approx(0.09)  # type: ignore[union-attr]
