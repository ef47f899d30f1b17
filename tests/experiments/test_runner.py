"""Runs go on where they stopped, count their tries before they begin, and cannot change what was registered."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness import attempts
from eudaimon.experiments.harness.attempts import Attempts
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.provenance import frozen
from eudaimon.experiments.harness.result import Planted, planted
from eudaimon.experiments.harness.runner import Mode, Places, run_experiment
from eudaimon.experiments.harness.watching import Share, bar


def test_a_confirmatory_run_writes_a_result_with_everything_that_was_promised(
    coins: Experiment, places: Places
) -> None:
    standing = run_experiment(coins, places=places)
    page = json.loads((places.results / "experiments" / "coins.json").read_text())
    assert page == standing.page
    assert page["verdict"] == "met"
    assert page["interval"][0] >= 0.1
    assert page["threshold"] == "gain >= 0.1 (95% bound); coins >= 100 (value)"
    assert [life["village"] for life in page["seeds"]] == [1900, 1901, 1902, 1903]
    assert [life["birth"] for life in page["seeds"]] == [2, 3, 4, 5]
    assert len(set(page["births"].values())) == 4
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
    whole = run_experiment(coins, places=Places(tmp_path / "other", tmp_path / "elsewhere", places.births))
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
    assert planted(standing.page) is Planted.NULL
    assert "came out null" in standing.message
    assert (places.results / "nulls" / "coins.json").exists()
    assert not (places.results / "attempts.json").exists()


@pytest.mark.parametrize(
    ("what", "instead", "outcome", "said"),
    [
        pytest.param("desk.labels(called)", "called", Planted.BROKEN, "met the claim: broken", id="not shuffled"),
        pytest.param(
            'note="Seen', 'testable=False, note="Seen', Planted.NOT_TESTABLE, "not testable", id="nothing to test"
        ),
    ],
)
def test_a_null_that_meets_the_claim_or_tests_nothing_did_not_come_out_null(
    source: str,
    tmp_path: Path,
    load: Callable[[Path], Experiment],
    places: Places,
    what: str,
    instead: str,
    outcome: Planted,
    said: str,
) -> None:
    path = tmp_path / "coins.py"
    path.write_text(source.replace(what, instead))
    standing = run_experiment(load(path), Mode.NULL, places=places)
    assert f"The planted null: {said}." in standing.message
    assert standing.page is not None
    assert planted(standing.page) is outcome


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


def test_all_births_are_there_and_of_one_make_before_a_try_is_counted(coins: Experiment, places: Places) -> None:
    record = places.births / "3" / "birth.json"
    right = json.loads(record.read_text())
    for wrong, said in (
        ({"seed": 7}, "seed is 7, not 3"),
        ({"family": "llama"}, "family is llama, not lfm2"),
        ({"schedule": {"tokens": 12}}, r"schedule\.tokens is 12, not 16"),
        ({"recipe": {}}, r"recipe\.bad is None, not 0\.5"),
    ):
        record.write_text(json.dumps(right | wrong))
        with pytest.raises(ExperimentError, match=rf"birth 3 .*{said}.*eudaimon birth --out .*/3 --seed 3 --compile"):
            run_experiment(coins, places=places)
    record.write_text("{")
    with pytest.raises(ExperimentError, match=r"birth.json cannot be read"):
        run_experiment(coins, places=places)
    record.unlink()
    with pytest.raises(ExperimentError, match=r"birth 3 is not in .*--seed 3 --compile"):
        run_experiment(coins, places=places)
    assert not places.results.exists()
    assert not (places.work / "coins" / "confirmatory").exists()


def test_a_development_run_asks_no_more_of_births_than_that_they_are_there(coins: Experiment, places: Places) -> None:
    (places.births / "0" / "birth.json").write_text("{}")
    assert run_experiment(coins, Mode.DEVELOPMENT, places=places).page is not None
    (places.births / "1" / "birth.json").unlink()
    with pytest.raises(ExperimentError, match="birth 1 is not in"):
        run_experiment(coins, Mode.DEVELOPMENT, places=places, fresh=True)


@pytest.mark.parametrize("mode", [Mode.CONFIRMATORY, Mode.DEVELOPMENT])
def test_a_run_whose_births_have_changed_does_not_go_on(
    coins: Experiment, places: Places, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    assert run_experiment(coins, mode, places=places, minutes=0.1).page is None
    monkeypatch.undo()
    first, last = {Mode.CONFIRMATORY: "25", Mode.DEVELOPMENT: "01"}[mode]
    (places.births / first / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ExperimentError, match=f"birth {first} is not the one that this run rests on"):
        run_experiment(coins, mode, places=places)
    (places.births / first / "model.safetensors").write_bytes(bytes([int(first)]))
    page = run_experiment(coins, mode, places=places).page
    assert page is not None
    kept = json.loads((places.work / "coins" / mode / "life-3" / "life.json").read_text())
    assert kept["birth"] == page["births"][last] != page["births"][first]


def test_code_that_changes_within_a_life_shows_in_the_result(
    source: str, repository, load: Callable[[Path], Experiment], places: Places
) -> None:
    path = repository.root / "src/eudaimon/experiments/coins.py"
    first = repository.commit(source=source)
    units: list[str] = []

    def mend(done: int, lives: int, unit: str) -> None:
        units.append(unit)
        if len(units) == 3:
            path.write_text(source.replace("range(400)", "range(500)"))

    page = run_experiment(load(path), places=places, watch=mend).page
    assert page is not None
    before, after = page["code"].split("; ")
    assert before == first[:12]
    assert after.startswith(f"{first[:12]}+changes-")
    lives = [
        json.loads((places.work / f"coins/confirmatory/life-{n}/life.json").read_text())["code"] for n in (0, 1, 2)
    ]
    assert lives == [[before], [before, after], [after]]


def test_a_run_goes_on_under_other_code_and_names_both(
    source: str, repository, load: Callable[[Path], Experiment], places: Places
) -> None:
    path = repository.root / "src/eudaimon/experiments/coins.py"
    first = repository.commit(source=source)
    run_experiment(load(path), places=places, minutes=0)
    card = json.loads((places.work / "coins/confirmatory/run.json").read_text())
    assert card["code"] == [first[:12]]
    second = repository.commit(source=source.replace("range(400)", "range(500)"))
    page = run_experiment(load(path), places=places).page
    assert page is not None
    assert page["code"] == f"{first[:12]}; {second[:12]}"
    assert page["attempts"] == 1


def test_two_processes_do_not_run_the_same_thing_at_once(coins: Experiment, places: Places) -> None:
    run_experiment(coins, Mode.DEVELOPMENT, places=places, minutes=0)
    with FileLock(places.work / "coins" / "development.lock"):
        with pytest.raises(ExperimentError, match=r"another process runs 'coins' \(development\)"):
            run_experiment(coins, Mode.DEVELOPMENT, places=places)
        assert run_experiment(coins, Mode.NULL, places=places).page is not None
    assert run_experiment(coins, Mode.DEVELOPMENT, places=places).page is not None


def test_tries_that_begin_at_the_same_time_are_all_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Attempts(tmp_path / "attempts.json")
    read = ledger._read

    def slowly() -> dict[str, list[dict[str, object]]]:
        found = read()
        time.sleep(0.02)
        return found

    monkeypatch.setattr(ledger, "_read", slowly)
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: ledger.begin("coins", "code", "frozen").number, range(8)))
    assert sorted(numbers) == list(range(1, 9))
    monkeypatch.setattr(attempts, "PATIENCE", 0.0)
    with FileLock(tmp_path / "attempts.lock"), pytest.raises(ExperimentError, match="another process holds"):
        ledger.begin("coins", "code", "frozen")


def test_an_unreadable_ledger_is_not_overwritten(coins: Experiment, places: Places) -> None:
    places.results.mkdir()
    (places.results / "attempts.json").write_text("{")
    with pytest.raises(ExperimentError, match="restore it from git"):
        run_experiment(coins, places=places)
    assert (places.results / "attempts.json").read_text() == "{"


def test_the_bar_grows_with_units_and_never_shrinks() -> None:
    share = Share()
    seen = [share.lives(done) for done in (0, 0, 0, 1, 1, 1, 1, 2)]
    assert seen == sorted(seen)
    assert seen[4] > 1
    with bar("coins") as watch:
        watch(0, 4, "toss")
