"""A whole life from the command line, with a tiny newborn: lived, gone on with, looked at, talked to, rolled back."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.cli import living
from eudaimon.dialogue import GateReport, Night, PersonaRecord, Stage
from eudaimon.memory import Store

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def life(newborn: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A life of one day of two conversations, and what the command said."""
    from typer.testing import CliRunner

    from eudaimon.cli.app import app

    place = tmp_path_factory.mktemp("lives") / "first"
    options = ["--directory", place, "--model", newborn, "--days", 1, "--conversations", 2]
    return place, CliRunner().invoke(app, ["live", *map(str, options)])


def test_a_life_says_what_it_is_tells_its_steps_and_leaves_a_report(life: tuple[Path, Any]) -> None:
    place, said = life
    assert said.exit_code == 0, said.output
    lines = said.stdout.splitlines()
    assert lines[0] == f"{place}: a life in the village, seed 1, pool village"
    assert "(tier W)" in lines[1]
    told = [line.partition(":")[0] for line in lines if re.match(r"(probes|day|night) \d: ", line)]
    assert told == ["probes 0", "day 1", "night 1", "probes 1"]
    assert lines[-1] == f"report: {place}/report.html"
    assert "<html" in (place / "report.html").read_text(encoding="utf-8")


def test_a_life_that_is_over_is_not_lived_again_and_needs_no_options_to_go_on(
    call: Call, life: tuple[Path, Any]
) -> None:
    place, _ = life
    with Store.open(place / "life.db") as store:
        before = store.fingerprint()
    assert call("live", "--directory", place, "--days", 1).exit_code == 0
    with Store.open(place / "life.db") as store:
        assert store.fingerprint() == before


def test_options_that_contradict_the_life_are_refused(call: Call, life: tuple[Path, Any]) -> None:
    other = {"seed": 2, "conversations": 3, "pool": "mother", "seats": 3, "coupling": "opposed", "points": "learned"}
    for option, value in ((f"--{name}", value) for name, value in other.items()):
        result = call("live", "--directory", life[0], option, value)
        assert result.exit_code == 1
        assert f"was begun with {option[2:]} " in result.stderr
        assert f", not {value};" in result.stderr


def test_how_to_go_on_can_be_pasted_where_a_folder_has_spaces_in_its_name(
    call: Call, newborn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "my lives" / "first"
    assert f"begin one: eudaimon live --directory '{place}'" in call("day", "--directory", place).stderr

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(living, "_go_through", stopped)
    told = call("live", "--directory", place, "--model", newborn, "--days", 1)
    assert f"To go on: eudaimon live --directory '{place}' --days 1\n" in told.stderr
    assert f"To go on: eudaimon day --directory '{place}'\n" in call("day", "--directory", place).stderr
    assert f"go on with: eudaimon day --directory '{place}'\n" in call("sleep", "--directory", place).stderr


def test_days_and_nights_are_lived_one_by_one_in_their_order(call: Call, newborn: Path, tmp_path: Path) -> None:
    place = tmp_path / "life"
    options = ("--model", newborn, "--conversations", 1, "--points", "learned")
    assert call("live", "--directory", place, "--days", 1, *options).exit_code == 0
    with Store.open(place / "life.db") as store:
        assert store.life().settings["manner"]["points"] == "learned"  # type: ignore[union-attr, index, call-overload]
    early = call("sleep", "--directory", place)
    assert (early.exit_code, "day 2 comes first" in early.stderr) == (1, True)
    assert "day 2: 1 conversations" in call("day", "--directory", place).stdout
    twice = call("day", "--directory", place)
    assert (twice.exit_code, "night 2 comes first" in twice.stderr) == (1, True)
    assert re.search("night 2: .*\nprobes 2: ", call("sleep", "--directory", place).stdout)


@pytest.mark.long
def test_fresh_begins_another_life_in_the_same_place(call: Call, newborn: Path, tmp_path: Path) -> None:
    options = ("--directory", tmp_path / "life", "--model", newborn, "--conversations", 1, "--days", 1)
    assert "seed 1" in call("live", *options).stdout
    again = call("live", "--fresh", "--seed", 2, *options)
    assert again.exit_code == 0, again.output
    assert "seed 2" in again.stdout
    assert "day 1: 1 conversations" in again.stdout


@pytest.mark.long
def test_fresh_removes_nothing_before_it_is_known_that_another_life_can_begin(
    call: Call, newborn: Path, tmp_path: Path
) -> None:
    place = tmp_path / "life"
    options = ("--directory", place, "--conversations", 1, "--days", 1)
    assert call("live", "--model", newborn, *options).exit_code == 0
    before = sorted(place.rglob("*"))
    model = ("--model", newborn)
    nobody = ("--model", "http://127.0.0.1:1/v1", "--model-name", "m", "--retries", 0)
    for wrong in ((*model, "--pool", "vilage"), (*model, "--charter", tmp_path / "none.yaml"), nobody):
        assert call("live", "--fresh", *wrong, *options).exit_code == 1
        assert sorted(place.rglob("*")) == before


def test_personas_are_listed_shown_and_rolled_back(call: Call, life: tuple[Path, Any]) -> None:
    where = ("--directory", life[0])
    assert "newborn" in call("persona", "list", *where).stdout
    assert call("persona", "show", "newborn", *where).stdout.startswith("newborn")
    assert call("persona", "rollback", "new", *where).stdout == "newborn speaks from now on\n"
    assert call("persona", "show", "nobody", *where).exit_code == 1


def test_what_the_gate_made_of_a_persona_is_told_where_it_is_listed_and_let_speak(call: Call, tmp_path: Path) -> None:
    with Store.open(tmp_path / "life.db") as store:
        store.add_persona(PersonaRecord("newborn", current=True))
        for number, adopted in ((1, False), (2, True)):
            store.add_persona(PersonaRecord(f"night-{number}", "newborn", number))
            gate = GateReport(adopted, ("so",))
            store.put_night(Night(number, Stage.MORNING, "newborn", candidate=f"night-{number}", gate=gate))
    where = ("--directory", tmp_path)
    rows = [line.split() for line in call("persona", "list", *where).stdout.splitlines()[1:]]
    assert rows == [
        ["newborn", "*"], ["night-1", "1", "newborn", "rolled", "back"], ["night-2", "2", "newborn", "adopted"],
    ]  # fmt: skip
    told = [call("persona", "rollback", f"night-{number}", *where).stdout for number in (1, 2)]
    assert told == [
        "night-1 speaks from now on, though the gate of night 1 rolled it back\n",
        "night-2 speaks from now on\n",
    ]


def test_a_report_can_be_written_elsewhere_and_without_a_model(
    call: Call, life: tuple[Path, Any], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "mine.html"
    assert call("report", "--directory", life[0], "--out", out).stdout == f"report: {out}\n"
    assert out.exists()


def test_a_chat_shows_notes_pauses_voices_and_verdicts_and_keeps_nothing(call: Call, life: tuple[Path, Any]) -> None:
    with Store.open(life[0] / "life.db") as store:
        before = store.fingerprint()
    said = call("chat", "--directory", life[0], input="who sells bread?\n/new\n/quit\n")
    assert said.exit_code == 0, said.output
    assert said.stdout.count("notes: ") == 2
    assert "newborn> " in said.stdout
    with Store.open(life[0] / "life.db") as store:
        assert store.fingerprint() == before


def test_a_chat_tells_words_that_the_model_does_not_know(call: Call, life: tuple[Path, Any]) -> None:
    said = call("chat", "--directory", life[0], input="who sells quarks?\n")
    assert "The model does not know: quarks." in said.stdout


def test_in_the_village_an_empty_line_says_what_the_villager_wants_to_say(call: Call, life: tuple[Path, Any]) -> None:
    said = call("chat", "--directory", life[0], "--village", input="\n/quit\n")
    assert "(an empty line says it)" in said.stdout
    assert "newborn> " in said.stdout


def test_peoples_questions_can_be_the_day(call: Call, newborn: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text("\n".join(f'{{"prompt": "who sells {thing}?"}}' for thing in ("bread", "milk", "salt", "oil")))
    said = call("live", "--directory", tmp_path / "life", "--model", newborn, "--people", people, "--days", 1)
    assert said.exit_code == 0, said.output
    assert "a life among people, seed 1" in said.stdout
    assert "gold" not in said.stdout
