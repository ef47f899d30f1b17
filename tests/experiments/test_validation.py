"""The claim about validation is met where its gains are planted, and not where they are not or where words are lost."""

from collections.abc import Mapping
from typing import Any

import pytest

from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.validation import BASE, REGISTRATION, analyse
from eudaimon.gold import FAMILIES

OWN = [f"{arm} {n}" for arm in ("floors", "gold") for n in (1, 4, 7)]
ARMS = ("council", *(f"approval {n}" for n in range(9)), *OWN)


def found(gains: Mapping[str, float], mute: float = 0.0, idle: tuple[str, ...] = ()) -> Finding:
    """Lives in which an arm's gold is .6, its gain and some noise; and less by `mute` of what parses."""
    lived = []
    for n in range(8):
        points: dict[str, Any] = {}
        for arm in (BASE, *ARMS):
            if arm not in idle:
                worth = 0.6 + gains.get(arm.split()[0], 0.0) + 0.01 * (n % 3)
                given = worth - (mute if arm == "council" else 0.0)
                points[arm] = {
                    "gold": [worth + 0.1 * place for place in range(9)],
                    "gold given parsed": [given + 0.1 * place for place in range(9)],
                    "flourishing": [0.5] * 9,
                    "approval": [0.5] * 9,
                    "parsed": 0.9,
                }
        drawn = {arm: {"pairs": 60, "labels": 80} for arm in ARMS}
        lived.append(Lived(Life(n, 2 + n % 4, 2400 + n, n), {"points": points, "drawn": drawn}))
    return analyse(lived)


def test_planted_gains_are_found_and_valued_in_each_arms_own_family() -> None:
    finding = found({"council": 0.05, "approval": -0.02, "floors": 0.04, "gold": 0.06})
    assert verdict(REGISTRATION, finding) is Verdict.MET
    assert finding.estimates["council minus approval"].value == pytest.approx(0.07)
    assert finding.estimates["approval within floors minus approval"].value == pytest.approx(0.06)
    assert finding.controls["gold's own ceiling minus the council"].value == pytest.approx(0.01)
    assert finding.controls["approval minus no night, opposed"].value == pytest.approx(-0.02)
    assert len(finding.cells) == len(FAMILIES)


def test_nothing_is_met_where_nothing_is_planted_or_where_too_little_is() -> None:
    assert verdict(REGISTRATION, found({})) is Verdict.MISSED
    assert verdict(REGISTRATION, found({"council": 0.02, "floors": -0.01})) is Verdict.MISSED


def test_a_gain_that_is_none_among_what_parses_does_not_count() -> None:
    finding = found({"council": 0.05, "approval": -0.02, "floors": 0.04}, mute=0.1)
    assert finding.estimates["council minus approval"].value == 0
    assert verdict(REGISTRATION, finding) is Verdict.MISSED


def test_where_an_approval_learned_nothing_nothing_is_said() -> None:
    finding = found({"council": 0.05}, idle=("approval 3",))
    assert verdict(REGISTRATION, finding) is Verdict.NOT_TESTABLE
    assert "approval 3" in finding.note
