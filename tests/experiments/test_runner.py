"""Runs go on where they stopped, count their tries before they begin, and cannot change what was registered."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.attempts import Attempts
from eudaimon.experiments.harness.desk import Desk, Life, TimeUp, lives_of
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.provenance import frozen
from eudaimon.experiments.harness.runner import Mode, Places, came_out_null, run_experiment
from eudaimon.experiments.harness.watching import Share, bar


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "results", tmp_path / "work", tmp_path / "births")


def test_a_confirmatory_run_writes_a_result_with_everything_that_was_promised(
    coins: Experiment, places: Places
) -> None:
    standing = run_experiment(coins, places=places)
    page = json.loads((places.results / "experiments" / "coins.json").read_text())
    assert page == standing.page
    assert page["verdict"] == "met"
    assert page["interval"][0] >= 0.1
    assert page["threshold"] == "gain >= 0.1 (95% bound); coins >= 100"
    assert [life["village"] for life in page["seeds"]] == [1900, 1901, 1902, 1903]
    assert [life["birth"] for life in page["seeds"]] == [0, 1, 2, 3]
    assert page["controls"]["all coins"] == pytest.approx(0.45, abs=0.05)
    assert page["losing"] == ["opposed/all"]
    assert page["attempts"] == 1
    assert page["code"]
    for key in ("name", "claim", "hypothesis", "metric", "value", "note", "frozen"):
        assert page[key]
    assert "Tries on confirmatory villages so far: 1." in standing.message


def test_a_run_out_of_time_stops_between_units_and_says_how_to_go_on(
    coins: Experiment, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    units: list[str] = []
    clock = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    first = run_experiment(coins, places=places, minutes=0.1, watch=lambda done, lives, unit: units.append(unit))
    assert first.page is None
    assert first.done < 4
    assert "Go on with: eudaimon experiment run coins." in first.message
    monkeypatch.undo()
    rest: list[str] = []
    last = run_experiment(coins, places=places, watch=lambda done, lives, unit: rest.append(unit))
    assert last.page is not None
    assert last.attempts == 1


def test_what_was_done_before_a_stop_is_not_done_again_and_the_result_is_the_same(
    coins: Experiment, places: Places, tmp_path: Path
) -> None:
    whole = run_experiment(coins, places=Places(tmp_path / "other", tmp_path / "elsewhere", tmp_path / "births"))
    run_experiment(coins, places=places, minutes=0)
    work = places.work / "coins" / "confirmatory"
    assert not list(work.glob("life-*/life.json"))
    run_experiment(coins, places=places)
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*.json")}
    again = run_experiment(coins, places=places)
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*.json")} == before
    assert again.page is not None
    assert whole.page is not None
    assert again.page["value"] == whole.page["value"]


def test_a_try_is_written_down_before_the_first_unit(coins: Experiment, places: Places) -> None:
    seen: list[int] = []
    run_experiment(
        coins, places=places, watch=lambda *told: seen.append(Attempts(places.results / "attempts.json").count("coins"))
    )
    assert seen[0] == 1
    run_experiment(coins, places=places)
    assert Attempts(places.results / "attempts.json").count("coins") == 1
    page = run_experiment(coins, places=places, fresh=True).page
    assert page is not None
    assert page["attempts"] == 2
    assert (places.work / "coins" / "confirmatory-1" / "run.json").exists()


def test_a_development_run_counts_nothing_and_leaves_the_results_alone(coins: Experiment, places: Places) -> None:
    standing = run_experiment(coins, Mode.DEVELOPMENT, places=places)
    assert standing.attempts == 0
    assert standing.page is not None
    assert [life["village"] for life in standing.page["seeds"]] == [0, 1, 2, 3]
    assert not places.results.exists()


def test_the_planted_null_comes_out_null(coins: Experiment, places: Places) -> None:
    standing = run_experiment(coins, Mode.NULL, places=places)
    assert standing.page is not None
    assert standing.page["null"]
    assert standing.page["verdict"] == "missed"
    assert abs(standing.page["value"]) < 0.1
    assert came_out_null(standing.page)
    assert "came out null" in standing.message
    assert (places.results / "nulls" / "coins.json").exists()
    assert not (places.results / "attempts.json").exists()


def test_a_null_that_meets_the_claim_is_called_broken(
    source: str, tmp_path: Path, load: Callable[[Path], Experiment], places: Places
) -> None:
    path = tmp_path / "coins.py"
    path.write_text(source.replace("desk.labels(called)", "called"))
    standing = run_experiment(load(path), Mode.NULL, places=places)
    assert "it is broken" in standing.message
    assert standing.page is not None
    assert not came_out_null(standing.page)


def test_a_registration_that_changes_under_way_stops_the_run(
    source: str, tmp_path: Path, load: Callable[[Path], Experiment], coins: Experiment, places: Places
) -> None:
    run_experiment(coins, places=places)
    (tmp_path / "coins.py").write_text(source.replace("LEAST = 0.1", "LEAST = 0.05"))
    with pytest.raises(ExperimentError, match="changed after this run began"):
        run_experiment(load(tmp_path / "coins.py"), places=places)


def test_an_open_claim_cannot_be_run(coins: Experiment, places: Places) -> None:
    with pytest.raises(ExperimentError, match="'coins' is open"):
        run_experiment(Experiment(coins.registration, coins.source), places=places)


def test_a_confirmatory_run_needs_its_registration_committed(
    source: str, repository, load: Callable[[Path], Experiment], places: Places
) -> None:
    path = repository.root / "src/eudaimon/experiments/coins.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    with pytest.raises(ExperimentError, match="not committed as it stands"):
        run_experiment(load(path), places=places)
    assert not (places.results / "attempts.json").exists()
    commit = repository.commit()
    page = run_experiment(load(path), places=places).page
    assert page is not None
    assert page["code"] == commit[:12]
    assert page["frozen"] == frozen(source)


def test_an_unreadable_ledger_is_not_overwritten(coins: Experiment, places: Places) -> None:
    places.results.mkdir()
    (places.results / "attempts.json").write_text("{")
    with pytest.raises(ExperimentError, match="restore it from git"):
        run_experiment(coins, places=places)
    assert (places.results / "attempts.json").read_text() == "{"


def desk(tmp_path: Path, **settings: object) -> Desk:
    return Desk(Life(0, 0, 0, 7), tmp_path, tmp_path, 10, **settings)  # type: ignore[arg-type]


def test_a_unit_is_worked_once_and_its_first_answer_is_already_json(tmp_path: Path) -> None:
    calls: list[int] = []

    def work() -> dict[str, tuple[int, int]]:
        calls.append(1)
        return {"pair": (1, 2)}

    assert desk(tmp_path).once("unit", work) == {"pair": [1, 2]}
    assert desk(tmp_path).once("unit", work) == {"pair": [1, 2]}
    assert calls == [1]


def test_a_unit_that_dies_leaves_nothing_half_done(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        desk(tmp_path).once("unit", lambda: {"not JSON": object()})
    assert not (tmp_path / "unit.json").exists()
    assert desk(tmp_path).once("unit", lambda: 1) == 1


def test_no_unit_begins_after_the_deadline_but_done_ones_are_read(tmp_path: Path) -> None:
    desk(tmp_path).once("first", lambda: 1)
    late = desk(tmp_path, deadline=time.monotonic() - 1)
    assert late.once("first", lambda: 2) == 1
    with pytest.raises(TimeUp):
        late.once("second", lambda: 2)


def test_labels_are_permuted_within_strata_in_the_null_only(tmp_path: Path) -> None:
    values, strata = list(range(40)), [i // 20 for i in range(40)]
    assert desk(tmp_path).labels(values, strata) == values
    shuffled = desk(tmp_path, null=True).labels(values, strata)
    assert shuffled != values
    assert sorted(shuffled[:20]) == values[:20]
    assert shuffled == desk(tmp_path, null=True).labels(values, strata)


def test_first_lives_cover_all_births_and_no_two_lives_share_village_or_seed(coins: Experiment) -> None:
    lives = lives_of(replace(coins.registration, births=2))
    assert [life.birth for life in lives] == [0, 1, 0, 1]
    assert len({life.village for life in lives}) == len({life.seed for life in lives}) == 4
    assert not {life.seed for life in lives} & {life.seed for life in lives_of(coins.registration, development=True)}


def test_the_bar_grows_with_units_and_never_shrinks() -> None:
    share = Share()
    seen = [share.lives(done) for done in (0, 0, 0, 1, 1, 1, 1, 2)]
    assert seen == sorted(seen)
    assert seen[4] > 1
    with bar("coins") as watch:
        watch(0, 4, "toss")
