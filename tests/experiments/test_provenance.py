"""What was registered precedes what was found, and git can show it."""

from pathlib import Path

import pytest
from tests.lacking import lacking

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.provenance import check_ancestry, code_version, frozen

ROOT = Path(__file__).parents[2]


def result_of(source: str) -> str:
    return f'{{"name": "coins", "frozen": "{frozen(source)}"}}'


def test_nothing_in_this_repository_was_found_before_it_was_registered() -> None:
    try:
        faults = check_ancestry(ROOT)
    except ExperimentError as shallow:
        lacking(str(shallow))
    assert faults == []


def test_without_results_there_is_nothing_to_object_to(repository, source: str) -> None:
    repository.commit(source=source)
    assert check_ancestry(repository.root) == []


def test_a_result_after_its_registration_is_in_order(repository, source: str) -> None:
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    assert check_ancestry(repository.root) == []


def test_a_result_in_the_same_commit_as_its_registration_is_not(repository, source: str) -> None:
    repository.commit(source=source, result=result_of(source))
    assert "does not precede" in check_ancestry(repository.root)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LEAST = 0.1", "LEAST = 0.05"),
        ("lives=4", "lives=40"),
        ('judged="value"', 'judged="bound"'),
        ('cells={"aligned/one": gain, "opposed/all": -0.02}', 'cells={"aligned/one": gain}'),
        ("import exactly, interval", "import exactly, paired as interval"),
    ],
)
def test_moving_a_threshold_or_the_analysis_after_the_result_is_found_out(
    repository, source: str, old: str, new: str
) -> None:
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    assert old in source
    repository.commit(source=source.replace(old, new))
    faults = check_ancestry(repository.root)
    assert len(faults) == 2
    assert "does not precede" in faults[0]
    assert "another registration or analysis" in faults[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""One life."""', '"""One life, tossed."""'),
        ("range(400)", "range(500)"),
        ("EFFECT = 0.3", "EFFECT = 0.3  # as agreed"),
    ],
)
def test_how_a_life_is_run_and_what_is_said_about_it_may_be_mended(repository, source: str, old: str, new: str) -> None:
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    assert old in source
    repository.commit(source=source.replace(old, new))
    assert check_ancestry(repository.root) == []


def test_what_was_changed_after_the_result_and_put_back_is_in_order_and_a_result_under_the_change_is_not(
    repository, source: str
) -> None:
    changed = source.replace("LEAST = 0.1", "LEAST = 0.05")
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    repository.commit(source=changed)
    assert check_ancestry(repository.root)
    repository.commit(source=source)
    assert check_ancestry(repository.root) == []
    repository.commit(source=changed)
    repository.commit(result=result_of(changed))
    repository.commit(source=source)
    assert "another registration or analysis" in check_ancestry(repository.root)[0]


def test_a_new_registration_needs_its_result_taken_away_and_added_anew(repository, source: str) -> None:
    changed = source.replace("LEAST = 0.1", "LEAST = 0.05")
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    repository.commit(source=changed, result=result_of(changed))
    assert len(check_ancestry(repository.root)) == 1
    (repository.root / "results/experiments/coins.json").unlink()
    repository.commit()
    repository.commit(result=result_of(changed))
    assert check_ancestry(repository.root) == []


def test_a_result_that_is_not_committed_yet_is_passed_over_and_an_orphan_is_not(repository, source: str) -> None:
    repository.commit(source=source)
    path = repository.root / "results/experiments/coins.json"
    path.parent.mkdir(parents=True)
    path.write_text(result_of(source))
    assert check_ancestry(repository.root) == []
    repository.commit()
    (repository.root / "src/eudaimon/experiments/coins.py").unlink()
    assert "there is a result, but no" in check_ancestry(repository.root)[0]


def test_a_shallow_clone_is_refused(repository, source: str, tmp_path: Path) -> None:
    repository.commit(source=source)
    repository.commit(result=result_of(source))
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "shallow"))
    with pytest.raises(ExperimentError, match="unshallow"):
        check_ancestry(tmp_path / "shallow")


def test_a_file_without_a_registration_cannot_be_frozen() -> None:
    with pytest.raises(ExperimentError, match="no REGISTRATION"):
        frozen("x = 1")


def test_the_code_is_named_by_its_commit_and_marked_where_it_differs(repository, source: str, tmp_path: Path) -> None:
    commit = repository.commit(source=source)
    path = repository.root / "src/eudaimon/experiments/coins.py"
    assert code_version(path) == commit[:12]
    path.write_text(source + "\n")
    changed = code_version(path)
    assert changed.startswith(commit[:12] + "+changes-")
    path.write_text(source + "\n\n")
    assert code_version(path).startswith(commit[:12] + "+changes-")
    assert code_version(path) != changed
    (tmp_path / "nowhere").mkdir()
    assert "not in git" in code_version(tmp_path / "nowhere" / "coins.py")


def test_what_is_written_beside_the_code_makes_no_other_code(repository, source: str) -> None:
    commit = repository.commit(source=source)
    path, ledger = repository.root / "src/eudaimon/experiments/coins.py", repository.root / "results/attempts.json"
    ledger.parent.mkdir()
    ledger.write_text("{}")
    repository.commit()
    assert code_version(path) == commit[:12]
    ledger.write_text("{ }")
    assert code_version(path) == commit[:12]


def test_code_that_lies_in_another_projects_repository_is_not_called_by_its_commit(repository, source: str) -> None:
    repository.commit(result="{}")
    (repository.root / ".venv").mkdir()
    assert "not in git" in code_version(repository.root / ".venv" / "coins.py")
