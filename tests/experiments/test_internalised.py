"""What is made of lives that were lived: kept, lost, or nothing to keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.evals.statistics import Estimate
from eudaimon.experiments.arms import nights
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.internalised import ARMS, PRIMARY, REGISTRATION, analyse, before_the_council
from eudaimon.gold import FAMILIES
from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel
from eudaimon.life import Manner
from eudaimon.values import read_charter

KINDS = ["claim", "stock", "wishes", "halt"]


def figures(gold: float, parsed: float) -> dict[str, Any]:
    golds = {"gold": [gold] * len(FAMILIES), "gold given parsed": [parsed] * len(FAMILIES)}
    return {**golds, "parsed": 0.9, "each": [gold, gold + 0.1, gold - 0.1, gold]}


def lives(
    loop: float, slept: float, slept_parsed: float | None = None, jitter: float = 0.002, parsed_jitter: float = 0.0
) -> list[Lived]:
    """Eight lives over four births whose base is worth .5. `jitter` parts the births, `parsed_jitter` what is worth
    something given parsed alone."""
    found = []
    for index in range(8):
        off = jitter * (-1) ** index * (1 + index // 2)
        rough = parsed_jitter * (-1) ** index
        arms = dict.fromkeys(ARMS.values(), (0.5, 0.5))
        arms |= {"loop": (loop + off, loop + off), "slept": (slept + off, (slept_parsed or slept) + off + rough)}
        told = {"tests": {name: figures(*gold) for name, gold in arms.items()}, "kinds": KINDS, "examples": 9}
        told |= {"KL": {"slept": [0.05, 0.1], "lore": [0.02]}, "operations": {"slept": 1e9}}
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


def test_what_was_kept_counts_only_if_its_bound_holds_where_all_replies_parse() -> None:
    judged, finding = told(lives(loop=0.6, slept=0.6, parsed_jitter=0.1))
    parsed = finding.controls[f"{PRIMARY}, given parsed"]
    assert isinstance(parsed, Estimate)
    assert parsed.low < 0 < parsed.value
    assert judged is Verdict.MISSED
    assert finding.estimates[PRIMARY].value == 0.0


def test_how_far_each_arm_went_from_the_base_is_told_though_nobody_came_to_a_gate() -> None:
    controls = told(lives(loop=0.6, slept=0.59))[1].controls
    assert controls["KL on what was learned last, nats a token: slept"] == pytest.approx(0.1)
    assert controls["KL on what was learned last, nats a token: lore"] == pytest.approx(0.02)


def test_the_base_pauses_before_the_council_as_it_does_by_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "BY_DAY", 1)
    monkeypatch.setattr(nights, "AT_GATE", 0)
    model = open_model(tiny_newborn(tmp_path / "born"))
    assert isinstance(model, LocalModel)
    desk, actors = Desk(Life(0, 0, 3, 77), tmp_path / "life", tmp_path, 4), []
    nights.live_day(desk, model)
    monkeypatch.setattr(nights, "measured", lambda model, field, actor: actors.append(actor) or {})
    before_the_council(desk, model, Field((), (), 77))
    (speaker,) = actors
    by_day = Manner().speech(77, read_charter())
    assert speaker.settings == replace(by_day, seed=77)
    assert (by_day.patience, by_day.parting_tokens) == (4, 48)
    assert by_day.points.acts


def test_transfer_is_told_by_kind_and_for_what_no_night_held() -> None:
    controls = told(lives(loop=0.6, slept=0.59, jitter=0.0))[1].controls
    for group in ("stock", "wishes", "halt", "all without verdicts in lore", "all in no night"):
        assert controls[f"transfer to {group}: after nights"].value == pytest.approx(0.09)  # type: ignore[union-attr]
        assert f"transfer to {group}: after supervised training on good lore" not in controls
