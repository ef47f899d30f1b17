"""What goes wrong is told in one line, and the exit code says what sort of wrong it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.cli.console import console
from eudaimon.errors import InputError
from eudaimon.language import ScriptedModel
from eudaimon.life import Life
from eudaimon.report.page import save

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


def test_what_people_write_is_printed_as_they_wrote_it(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("mixed 1:100:2, :x: [bold]and stirred[/bold]", style="red")
    assert capsys.readouterr().out == "mixed 1:100:2, :x: [bold]and stirred[/bold]\n"


def test_debug_shows_where_the_error_came_from(call: Call) -> None:
    assert isinstance(call("--debug", "archetypes", "show", "nobody").exception, InputError)


def test_an_interrupt_is_exit_code_130(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("eudaimon.psyche.load_archetypes", interrupted)
    result = call("archetypes", "check")
    assert (result.exit_code, result.stderr.strip()) == (130, "Interrupted.")


@pytest.mark.parametrize("command", ["day", "sleep", "chat", "live", "serve"])
def test_a_command_that_is_interrupted_asks_its_model_nothing_more(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    class Remote(ScriptedModel):
        left = 0

        def leave(self) -> None:
            self.left += 1

    def interrupted(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    model = Remote()
    for name in ("enter", "reopen"):
        monkeypatch.setattr(f"eudaimon.life.{name}", lambda *_, **__: Life.begin(tmp_path / "life", model))
    for place in ("life.Life.due", "life.Life.remaining", "life.Chat", "serving.House"):
        monkeypatch.setattr(f"eudaimon.{place}", interrupted)
    assert call(command, "--directory", tmp_path / "life").exit_code == 130
    assert model.left == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--model", "/no/such/model"), "there is no such model directory"),
        (("--model", "http://localhost:9/v1"), "say which (--model-name NAME)"),
        (("--model", "http://me:word@localhost:9/v1?key=k"), "the endpoint http://localhost:9/v1 may serve several"),
        (("--model", "localhost:9/v1"), "looks like an endpoint without its scheme; write http://localhost:9/v1"),
        (("--model-name", "x"), "belongs to an endpoint"),
        (("--device", "cuda:99"), "there is no device 'cuda:99' here; give one of cpu"),
        (("--dtype", "float7"), "there is no dtype 'float7' for a model; give one of float32"),
        (("--template", "{% for m in messages %}\n{{ m.content }"), "is no Jinja"),
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


@pytest.mark.long
def test_fresh_leaves_copies_of_the_store_that_lie_beside_it(call: Call, tmp_path: Path, newborn: Path) -> None:
    place, options = tmp_path / "life", ("--model", newborn, "--conversations", 1, "--days", 1)
    assert call("live", "--directory", place, *options).exit_code == 0
    for name in ("life.db.backup", "life.db-old"):
        (place / name).write_text("mine")
    assert call("live", "--directory", place, "--fresh", "--seed", 2, *options).exit_code == 0
    assert [(place / name).read_text() for name in ("life.db.backup", "life.db-old")] == ["mine", "mine"]


def test_fresh_removes_no_directory_that_holds_no_life(call: Call, tmp_path: Path, newborn: Path) -> None:
    (tmp_path / "thesis.txt").write_text("my only copy", encoding="utf-8")
    result = call("live", "--fresh", "--directory", tmp_path, "--model", newborn)
    assert result.exit_code == 1
    assert "holds files but no life" in result.stderr
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize("place", ["thesis.txt", "thesis.txt/life"])
def test_a_directory_that_cannot_be_made_is_told_in_one_line(
    call: Call, tmp_path: Path, newborn: Path, place: str
) -> None:
    (tmp_path / "thesis.txt").write_text("my only copy", encoding="utf-8")
    result = call("live", "--directory", tmp_path / place, "--model", newborn)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert f"InputError: {tmp_path / place}: a life's directory cannot be made here (" in result.stderr
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "my only copy"


def test_a_report_is_not_written_in_a_directorys_place(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    with pytest.raises(InputError, match=r"pages: cannot be written \(Is a directory\); give the path"):
        save("<html>", tmp_path / "pages")
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IsADirectoryError(21, "Is a directory", "runs/here"), "IsADirectoryError: runs/here: Is a directory; mend"),
        (TimeoutError("it took\ntoo long"), "TimeoutError: it took too long"),
    ],
)
def test_what_the_operating_system_refuses_is_one_line_that_names_the_file(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refused(*arguments: object) -> None:
        raise error

    monkeypatch.setattr("eudaimon.psyche.load_archetypes", refused)
    result = call("archetypes", "check")
    assert (result.exit_code, result.stderr.strip().count("\n")) == (1, 0)
    assert result.stderr.startswith(said)
    assert call("--debug", "archetypes", "check").exception is error
