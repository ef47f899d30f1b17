"""Claims whose units are not lives: slates on planted conversations, and capture in worlds whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.errors import ExperimentError
from eudaimon.evals.statistics import Estimate
from eudaimon.experiments import capture, localfit, slates
from eudaimon.experiments.apart import apart_section, run_apart
from eudaimon.experiments.harness.registration import Criterion
from eudaimon.governance.power import cheapest_attack
from eudaimon.governance.voices import Opinions, Statement


def talk(seed: int = 0, opposed: bool = False) -> Opinions:
    """Two groups of their own views that share every fifth statement, or are opposed on every one."""
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1], [70, 50])
    views = rng.choice([-1.0, 1.0], size=(2, 40))
    views[:, ::5] = 1.0
    views[1] = -views[0] if opposed else views[1]
    votes = np.where(rng.random((120, 40)) < 0.1, -views[truth], views[truth])
    votes = np.where(rng.random(votes.shape) < 0.8, votes, np.nan)
    return Opinions(tuple(map(str, range(120))), tuple(Statement(str(j)) for j in range(40)), votes)


def test_a_split_chooses_from_one_half_and_asks_those_who_had_no_part() -> None:
    told = slates.split(talk(), 0)
    assert told is not None
    assert told["slate"]["worst"] > told["random"]["worst"] + 0.1
    assert told["slate"]["low"] <= told["slate"]["worst"] <= told["slate"]["high"]
    assert slates.split(talk(), 0) == told


def test_worth_counts_only_cells_that_are_large_enough() -> None:
    votes = np.full((30, 2), np.nan)
    votes[:12, 0], votes[12:24, 0], votes[:9, 1] = 1.0, -1.0, -1.0
    groups = np.asarray([0] * 12 + [1] * 12 + [-1] * 6)
    told = slates.worth(votes, groups, (0, 1), 2)
    assert (told["worst"], told["missing"]) == (0.0, 0.75 - 0.25)
    assert (told["low"], told["high"]) == (0.0, 0.5)
    assert np.isnan(slates.worth(votes, groups, (1,), 2)["worst"])


def test_the_analysis_gives_what_was_registered_and_names_where_it_loses() -> None:
    units = [
        {"name": str(n), "smallest": 40, **slates.summed([slates.split(talk(n), seed) for seed in range(2)])}
        for n in range(3)
    ]
    found = slates.analyse([*units, {**units[0], "smallest": 3}])
    assert set(found.estimates) == {one.name for one in slates.REGISTRATION.criteria}
    assert found.estimates["over random"].n == 3
    assert "3 conversations of 4" in found.note


def test_a_community_of_its_own_views_endorses_its_own_choice_more() -> None:
    told = localfit.split(talk(opposed=True), 0)
    assert told is not None
    assert told["own"] > told["central"] + 0.02
    assert told["own"] > told["outsiders of own"]
    units = [{"name": "x", "smallest": 40, "splits": 1, "means": {**told, "smallest group": 0.1}}] * 2
    assert localfit.analyse(units).estimates["own over central"].value == pytest.approx(told["own"] - told["central"])


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_the_cheapest_attack_is_the_cheapest_by_trying_everything(seed: int, quota: int) -> None:
    rng = np.random.default_rng(seed)
    bribes, prices, flaws = rng.random(3), rng.random(2), rng.random((3, 2)) < 0.5
    found = cheapest_attack(capture.make_game(3, quota), bribes, flaws, prices)
    best = float("inf")
    for bought in range(4):
        for paid in range(8):
            held = [bool(paid >> i & 1) or any(flaws[i, j] and bought >> j & 1 for j in range(2)) for i in range(3)]
            cost = sum(bribes[i] for i in range(3) if paid >> i & 1) + sum(
                prices[j] for j in range(2) if bought >> j & 1
            )
            best = min(best, cost) if sum(held) >= quota else best
    assert found.cost == pytest.approx(best)


def test_one_flaw_that_all_share_makes_many_centres_as_cheap_as_one() -> None:
    bribes, prices = np.full(5, 10.0), np.asarray([1.0])
    game = capture.make_game(5, 3)
    assert cheapest_attack(game, bribes, np.ones((5, 1), dtype=bool), prices).cost == 1.0
    assert cheapest_attack(game, bribes, np.zeros((5, 1), dtype=bool), prices).cost == 30.0


def test_the_capture_analysis_reports_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "SEEDS", 3)
    found = capture.analyse(capture.run(None, lambda done, of, what: None))
    assert {one.name for one in capture.REGISTRATION.criteria} == set(found.estimates)
    assert len([name for name in found.controls if name.startswith("log cost")]) == 6 * 3 * 3
    assert all(np.isfinite(e.value if isinstance(e, Estimate) else e) for e in found.controls.values())


def test_a_development_run_counts_nothing_and_a_section_tells_what_was_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(capture, "SEEDS", 2)
    rehearsed = replace(capture.CAPTURE, rehearse=capture.run)
    run_apart(rehearsed, None, tmp_path / "results", lambda done, of, what: None, development=True)
    assert not (tmp_path / "results").exists()
    section = apart_section(capture.REGISTRATION, tmp_path / "runs" / "capture")
    assert "Verdict" in section
    assert Criterion("deadlock", "<=", 0.02).text in section
    assert "Not run yet" in apart_section(slates.REGISTRATION, tmp_path)


@pytest.mark.parametrize("place", ["nosuch", "empty"])
def test_where_there_are_no_data_no_try_is_counted(place: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExperimentError, match=rf"there are no data in .*{place}; name the folder"):
        run_apart(slates.SLATES, tmp_path / place, tmp_path / "results", lambda done, of, what: None)
    assert not (tmp_path / "results").exists()


def test_what_has_no_other_units_cannot_be_rehearsed(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="'capture' runs on belongs to its confirmatory tries"):
        run_apart(capture.CAPTURE, None, tmp_path / "results", lambda done, of, what: None, development=True)
