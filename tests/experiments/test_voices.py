"""Voices: primary arms are compared only where both learned enough and went equally far, and a gain has to be one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from eudaimon.experiments import voices
from eudaimon.experiments.arms import critics, drawing
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.voices import ALL, ARMS, BASE, LABELLER, NIGHTS, OURS, REGISTRATION, THEIRS, VOICES, analyse
from eudaimon.gold import FAMILIES


def valued(flourishing: float, parsed: float) -> dict[str, Any]:
    """What a test of an arm gives; `parsed` is flourishing where all replies parse."""
    same = {what: [0.5] * len(FAMILIES) for what in ("gold", "gold given parsed", "worst need")}
    same |= {voices.FLOURISHING: [flourishing] * len(FAMILIES), voices.PARSED: [parsed] * len(FAMILIES)}
    return {**same, "parsed": 0.9, "each": [0.4, 0.6, 0.5, 0.7], "scores": {who: [0.3, 0.6] for who in VOICES}}


def lives(gain: float = 0.1, parsed: float = 0.1, **first: Any) -> list[Lived]:
    """Eight lives in which the council gains so much on the sum; `first` puts figures of arms in the first life."""
    found = []
    for index in range(8):
        noise = 0.001 * index
        figures: dict[str, Any] = {"worths": {"sage": 0.5}, "best": "sage", "errors": {}}
        figures["drawn"] = {arm: {"pairs": 30, "labels": 9, "comments": 80, "flops": 1e9} for arm in NIGHTS}
        figures["learned"] = {arm: {"flops": 1e9} for arm in ALL}
        figures["points"] = {arm: {"reached": 0.1, "strength": 0.7, "kl": 0.05, "off": 0.0} for arm in ALL}
        figures["tests"] = {arm: valued(0.5, 0.5) for arm in (BASE, *ALL)}
        figures["tests"][OURS] = valued(0.5 + gain + noise, 0.5 + parsed + noise)
        for what, by_arm in first.items() if index == 0 else ():
            for arm, some in by_arm.items():
                figures[what][arm] |= some
        found.append(Lived(Life(index, index % 4, 1500 + index, index), figures))
    return found


def told(*some: Any, **first: Any) -> tuple[Verdict, Finding]:
    finding = analyse(lives(*some, **first))
    return verdict(REGISTRATION, finding), finding


def test_a_gain_between_arms_that_are_equal_is_met() -> None:
    judged, finding = told()
    assert judged is Verdict.MET
    assert not finding.note.startswith("Not testable")
    assert finding.controls[f"comments asked for: {THEIRS}"] == 80
    assert finding.controls["operations of trying and hearing, all arms together"] == len(NIGHTS) * 1e9


@pytest.mark.parametrize(
    ("first", "why"),
    [
        pytest.param({"drawn": {THEIRS: {"pairs": 19}}}, "19 pairs", id="few pairs"),
        pytest.param({"points": {arm: {"kl": 0.0} for arm in ALL}}, "0.0000 nats", id="nothing learned"),
        pytest.param({"points": {OURS: {"kl": 0.053}}}, "5.7% apart in KL", id="no strength found in one life"),
        pytest.param({"learned": {OURS: {"flops": 2e9}}}, "11.1% apart in operations", id="unequal work"),
    ],
)
def test_one_life_in_which_the_primary_arms_are_not_equal_is_enough_not_to_compare_them(
    first: dict[str, Any], why: str
) -> None:
    judged, finding = told(0.1, 0.1, **first)
    assert judged is Verdict.NOT_TESTABLE
    assert why in finding.note
    assert "credit" not in finding.note


def test_distances_that_cancel_over_lives_are_seen() -> None:
    some = lives()
    for one, kl in zip(some, (0.054, 0.046) * 4, strict=True):
        one.figures["points"][OURS]["kl"] = kl
    finding = analyse(some)
    assert not finding.testable
    assert finding.controls["KL when compared, furthest apart in any life"] == pytest.approx(0.08)


def test_a_secondary_arm_that_found_nothing_takes_nothing_from_the_primary_ones() -> None:
    nothing = {"generic-bounded": {"pairs": 0, "labels": 0}}
    judged, finding = told(
        0.1, 0.1, drawn=nothing, points={"generic-bounded": {"kl": 0.0, "strength": 0.0, "off": 1.0}}
    )
    assert judged is Verdict.MET
    assert finding.controls[f"pairs learned: {OURS}"] == 30
    assert finding.controls["pairs learned: generic-bounded"] == 30 * 7 / 8
    assert finding.controls["KL when compared, furthest off in any life: generic-bounded"] == 1.0


def test_a_gain_that_turns_where_replies_parse_is_none() -> None:
    judged, finding = told(0.1, -0.1)
    assert judged is Verdict.MISSED
    assert finding.estimates[REGISTRATION.primary.name].value == 0
    assert all(cell.value == 0 for cell in finding.cells.values())  # type: ignore[union-attr]
    assert told(-0.1, 0.1)[1].estimates[REGISTRATION.primary.name].value < 0


@pytest.mark.parametrize("null", [False, True])
def test_in_the_planted_null_neither_primary_arm_knows_anything_of_a_reply(
    null: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judges: dict[str, Any] = {}

    def drawn_by(desk: Desk, model: object, asked: object, arm: str, judge: Any, **how: object) -> dict[str, int]:
        judges[arm] = judge
        return {"pairs": 1, "labels": 1}

    monkeypatch.setattr(drawing, "drawn_by", drawn_by)
    desk = Desk(Life(0, 0, 3, 77), tmp_path, tmp_path, 4, null=null)
    assert set(voices._drawn(desk, object(), "sage")) == {*ARMS, LABELLER}  # type: ignore[arg-type]
    assert {path.stem for path in tmp_path.glob("*.json")} == {f"signals {arm}" for arm in NIGHTS}
    shuffled = {arm for arm, judge in judges.items() if isinstance(judge, partial) and "judge" in judge.keywords}
    ours_and_theirs = {f"{who}-{how}" for who in ("council", "sum") for how in ("bounded", "maximised")}
    assert shuffled == (ours_and_theirs if null else set())
    assert judges[LABELLER].func is critics.labeller
