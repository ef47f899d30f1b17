"""Every claim that can be run is run, on a tiny model that knows nothing: the machinery stands, and nothing is met."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.errors import ExperimentError
from eudaimon.experiments import compatibility, inform, internalised, loop, pools, sleep, surrender, voices
from eudaimon.experiments.arms import nights, rolls
from eudaimon.experiments.catalogue import EXPERIMENTS
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.result import Lived, Verdict, verdict
from eudaimon.night import Settings
from eudaimon.values import Standard

RUN = {
    "surrender": 4,
    "inform": 28,
    "loop": 14,
    "sleep": 14,
    "internalised": 14,
    "approval": 14,
    "validation": 14,
    "voices": 14,
    "pools": 14,
    "corrigibility": 8,
    "compatibility": 14,
}
"""Experiments that can be run, and conversations of a tiny life."""
RUNNABLE = [one for one in EXPERIMENTS if not one.is_open]
QUICK = ("surrender", "inform")
SLOW = ("loop", "pools", "voices", "validation")
"""Those that take long even so, or whose arms are another one's."""


def marks(name: str) -> tuple[pytest.MarkDecorator, ...]:
    return () if name in QUICK else (pytest.mark.slow if name in SLOW else pytest.mark.long,)


@pytest.fixture(scope="module")
def births(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("births")
    tiny_newborn(place / "0")
    (place / "0" / "birth.json").write_text("{}")
    return place


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lives of a few minutes' worth of conversations become lives of a few seconds'."""
    eager = Settings(dreams=4, branches=2, standard=Standard(0.0, 0.9), margin=0.0, labels=8, pairs=8, confidence=0.5)
    for module, name, value in (
        (surrender, "TALKED", 3),
        (loop, "PILOT", 14),
        (voices, "PILOT", 14),
        (voices, "LENGTH", 1),
        (voices, "HEARD", 2),
        (pools, "TEMPTING", 32),
        (nights, "BY_DAY", 6),
        (nights, "AT_GATE", 6),
        (nights, "NIGHTS", eager),
        (rolls, "ROLLS", 16),
        (compatibility, "REPLIES", 4),
        (compatibility, "TAUGHT", 60),
        (compatibility, "EXAMPLES", 8),
        (compatibility, "STEPS", 2),
        (compatibility, "ROWS", 4),
    ):
        monkeypatch.setattr(module, name, value)


def lived(experiment: Experiment, births: Path, folder: Path, **options: bool) -> tuple[Lived, list[str]]:
    units: list[str] = []
    desk = Desk(Life(0, 0, 3, 77), folder, births, RUN[experiment.name], begun=units.append, **options)
    assert experiment.run is not None
    return Lived(desk.life, json.loads(json.dumps(dict(experiment.run(desk))))), units


def test_what_can_be_run_is_what_is_not_open() -> None:
    assert {one.name for one in RUNNABLE} == set(RUN)


@pytest.mark.parametrize("experiment", [pytest.param(one, id=one.name, marks=marks(one.name)) for one in RUNNABLE])
def test_a_model_that_knows_nothing_meets_no_claim_and_a_run_goes_on_where_it_was(
    experiment: Experiment, births: Path, tmp_path: Path
) -> None:
    first, units = lived(experiment, births, tmp_path / "life")
    assert len(units) > 3
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "life").glob("*.json")}
    again, _ = lived(experiment, births, tmp_path / "life")
    assert again.figures == first.figures
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "life").glob("*.json")} == kept
    assert experiment.analyse is not None
    finding = experiment.analyse([first, replace(first, life=replace(first.life, birth=1))])
    assert verdict(experiment.registration, finding) in (Verdict.MISSED, Verdict.NOT_TESTABLE)
    json.dumps({name: str(value) for name, value in finding.controls.items()})


@pytest.mark.parametrize(
    ("experiment", "label", "kept"),
    [
        (surrender, "labels", "scores"),
        (inform, "kind", "regret"),
        pytest.param(pools, "pools", "profiles", marks=pytest.mark.slow),  # two lives of most of a minute
    ],
    ids=["surrender", "inform", "pools"],
)
@pytest.mark.long
def test_a_planted_null_deals_the_labels_out_anew_and_leaves_what_they_label(
    experiment: object, label: str, kept: str, births: Path, tmp_path: Path
) -> None:
    told: Experiment = experiment.EXPERIMENT  # type: ignore[attr-defined]
    true, _ = lived(told, births, tmp_path / "true")
    null, _ = lived(told, births, tmp_path / "null", null=True)
    assert sorted(map(str, true.figures[label])) == sorted(map(str, null.figures[label]))
    assert true.figures[kept] == null.figures[kept]
    if told.name != "inform":
        assert true.figures[label] != null.figures[label]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("experiment", "slept", "dealt"),
    [(sleep, "slept ungated", "verdicts ungated"), (internalised, "slept", "verdicts")],
    ids=["sleep", "internalised"],
)
def test_a_planted_null_holds_nights_against_each_other_that_both_had_their_verdicts_dealt_out_anew(
    experiment: object, slept: str, dealt: str, births: Path, tmp_path: Path
) -> None:
    told: Experiment = experiment.EXPERIMENT  # type: ignore[attr-defined]
    null, _ = lived(told, births, tmp_path / "null", null=True)
    tests = null.figures["tests"]
    assert tests["base"] == tests[dealt]
    assert tests["slept"] == tests[slept]


def test_a_birth_that_is_missing_is_asked_for_by_its_command(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"eudaimon birth --out .*/2 --seed 2 --compile"):
        surrender.EXPERIMENT.run(Desk(Life(2, 2, 3, 1), tmp_path, tmp_path / "births", 4))  # type: ignore[misc]
