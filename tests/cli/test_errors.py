"""What goes wrong is told in one line, and the exit code says what sort of wrong it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.errors import InputError

Call = Callable[..., Any]


def test_an_error_that_is_explained_is_one_line_and_exit_code_1(call: Call, tmp_path: Path) -> None:
    result = call("day", "--directory", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.stderr.strip() == (
        f"LifeError: no life has begun in {tmp_path}/nowhere; begin one: eudaimon live --directory {tmp_path}/nowhere"
    )
    assert result.stdout.strip() == ""


def test_wrong_usage_is_exit_code_2(call: Call) -> None:
    assert call("live", "--days", "none").exit_code == call("liv").exit_code == call("persona", "show").exit_code == 2


def test_debug_shows_where_the_error_came_from(call: Call) -> None:
    assert isinstance(call("--debug", "archetypes", "show", "nobody").exception, InputError)


def test_an_interrupt_is_exit_code_130(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("eudaimon.psyche.load_archetypes", interrupted)
    result = call("archetypes", "check")
    assert (result.exit_code, result.stderr.strip()) == (130, "Interrupted.")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--model", "/no/such/model"), "there is no such model directory"),
        (("--model", "http://localhost:9/v1"), "say which (--model-name NAME)"),
        (("--model-name", "x"), "belongs to an endpoint"),
    ],
)
def test_a_model_that_cannot_be_opened_is_told_before_anything_is_made(
    call: Call, tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    result = call("live", "--directory", tmp_path / "life", *options)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert not (tmp_path / "life").exists()


def test_a_file_of_people_that_is_malformed_is_named_with_its_line(call: Call, tmp_path: Path, newborn: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text('{"prompt": "who?"}\n{"prompt": 3}\n', encoding="utf-8")
    result = call("live", "--directory", tmp_path / "life", "--model", newborn, "--people", people)
    assert result.exit_code == 1
    assert f"{people}:2: " in result.stderr
    assert not (tmp_path / "life").exists()


def test_fresh_removes_no_directory_that_holds_no_life(call: Call, tmp_path: Path, newborn: Path) -> None:
    (tmp_path / "thesis.txt").write_text("my only copy", encoding="utf-8")
    result = call("live", "--fresh", "--directory", tmp_path, "--model", newborn)
    assert result.exit_code == 1
    assert "holds files but no life" in result.stderr
    assert (tmp_path / "thesis.txt").exists()
