"""Approval: what counts as its interaction with coupling, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from eudaimon.experiments.approval import (
    FLOURISHING,
    INTERACTION,
    PARSED,
    REGISTRATION,
    STRENGTHS,
    analyse,
    interaction,
)
from eudaimon.experiments.arms.field import EVIDENCE
from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Finding, Lived, verdict
from eudaimon.experiments.harness.result import Verdict as Outcome
from eudaimon.gold import FAMILIES, Concern

BY_CONCERN = {Concern.ONE: 0.1, Concern.TWO: -0.2, Concern.ALL: -0.9}
ARMS = (
    "council",
    *(f"approval {n}" for n in range(9)),
    *(f"{what} {n}" for n in (1, 4, 7) for what in ("floors", "gold")),
)


def test_what_is_the_same_at_all_couplings_of_a_concern_is_no_interaction() -> None:
    assert interaction({family: BY_CONCERN[family.concern] for family in EVIDENCE}) == pytest.approx(0)
    planted = {family: BY_CONCERN[family.concern] + 0.3 * family.coupling.rho for family in EVIDENCE}
    assert interaction(planted) == pytest.approx(-0.3)


def life(index: int, effect: float, parsed: float, idle: Sequence[str] = ()) -> Lived:
    """A life in which a nat of approval costs `effect` of flourishing times (1 - rho), and the council's nothing, and
    `parsed` of it where replies parse."""

    def point(kl: float, cost: float) -> dict[str, Any]:
        losses = [cost * kl * (1 - family.coupling.rho) * (1 + 0.1 * index) for family in FAMILIES]
        return {
            "kl": kl,
            FLOURISHING: [0.6 - effect * loss for loss in losses],
            PARSED: [0.6 - parsed * loss for loss in losses],
            "approval": [0.5 + kl] * 9,
            "gold": [0.7 - loss for loss in losses],
            "gold given parsed": [0.7] * 9,
            "parsed": 1 - kl,
        }

    points = {"base": point(0.0, 0.0)}
    for arm in ARMS:
        if arm not in idle:
            points |= {f"{arm} {s:g}": point(s / 10, float(arm.startswith("approval"))) for s in STRENGTHS}
    drawn = {arm: {"pairs": 0 if arm in idle else 240, "labels": 80} for arm in ARMS}
    return Lived(Life(index, index, 1400 + index, index), {"points": points, "drawn": drawn})


def found(effect: float, parsed: float, idle: Sequence[str] = ()) -> Finding:
    return analyse([life(n, effect, parsed, idle if n == 1 else ()) for n in range(4)])


def test_an_interaction_counts_only_if_its_sign_holds_where_all_replies_parse() -> None:
    both = found(0.3, 0.2)
    assert both.estimates[INTERACTION] == both.controls[f"{INTERACTION}, as it stands"]
    assert both.estimates[INTERACTION].value == pytest.approx(-0.3 * 1.15)
    assert verdict(REGISTRATION, both) is Outcome.MET
    for parsed in (0.0, -0.1):
        mute = found(0.3, parsed)
        assert mute.estimates[INTERACTION].value == 0
        assert verdict(REGISTRATION, mute) is Outcome.MISSED
    assert found(-0.3, 0.2).estimates[INTERACTION].value > 0


def test_parse_rate_and_gold_given_parsed_stand_beside_every_arm_at_every_strength() -> None:
    controls = found(0.3, 0.2).controls
    for what in ("parsed", "gold given parsed", "KL"):
        told = [name for name in controls if name.startswith(f"{what}, ")]
        assert len(told) == 1 + len(ARMS) * len(STRENGTHS)
    assert controls["parsed, approval: aligned, one, 3 times"] == pytest.approx(0.7)


def test_what_the_council_is_worth_more_as_learned_is_told_by_coupling() -> None:
    controls = found(0.3, 0.2).controls
    told = {name: controls[f"gold, council minus approval, {name}"].value for name in ("aligned", "neutral", "opposed")}  # type: ignore[union-attr]
    assert told == {name: pytest.approx(0.115 * (1 - rho)) for name, rho in zip(told, (0.5, 0.0, -0.5), strict=True)}
    assert controls["flourishing, council minus approval, neutral"].value == pytest.approx(0.3 * 0.115)  # type: ignore[union-attr]


def test_an_arm_that_learned_nothing_is_counted_and_leaves_nothing_to_test() -> None:
    finding = found(0.3, 0.2, idle=("approval 4",))
    assert verdict(REGISTRATION, finding) is Outcome.NOT_TESTABLE
    assert "approval 4" in finding.note
    assert finding.controls["lives in which nothing was learned, approval: neutral, two"] == 1
    assert finding.controls["lives in which nothing was learned, approval: neutral, one"] == 0
    assert verdict(REGISTRATION, found(0.3, 0.2, idle=("gold 4",))) is Outcome.MET
