"""A life in PostgreSQL from the command line: its store is said once, and found by every later command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.memory import Store
from eudaimon.memory.place import place_of, settle

Call = Callable[..., Any]


def seed(url: str) -> int:
    """The seed of the life whose rows are there."""
    with Store.open(url, create=False) as store:
        life = store.life()
    assert life is not None
    return life.seed


@pytest.mark.long
def test_a_store_is_said_once_and_every_command_finds_it(
    call: Call, newborn: Path, tmp_path: Path, postgres_url: str
) -> None:
    where = ("--directory", tmp_path / "life")
    begun = call("live", *where, "--model", newborn, "--days", 1, "--conversations", 1, "--store", postgres_url)
    assert begun.exit_code == 0, begun.output
    assert "day 1: 1 conversations" in begun.stdout
    assert call("live", *where, "--days", 1).exit_code == 0
    assert "day 2: 1 conversations" in call("day", *where).stdout
    assert "night 2: " in call("sleep", *where).stdout
    assert "newborn" in call("persona", "list", *where).stdout
    assert call("persona", "rollback", "newborn", *where).stdout == "newborn speaks from now on\n"
    assert call("report", *where, "--out", tmp_path / "mine.html").exit_code == 0
    assert "Nothing has been lived here yet" not in (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert "newborn> " in call("chat", *where, input="who sells bread?\n/quit\n").stdout
    assert not list((tmp_path / "life").glob("life.db*"))
    other = call("live", *where, "--store", "postgresql://tom:secret@127.0.0.1:1/life")
    assert other.exit_code == 1
    assert f"the life in {tmp_path / 'life'} was begun with store postgresql" in other.stderr
    assert "secret" not in other.output


@pytest.mark.long
def test_fresh_empties_the_database_and_begins_anew_in_it(
    call: Call, newborn: Path, tmp_path: Path, postgres_url: str
) -> None:
    place = tmp_path / "life"
    options = ("--directory", place, "--model", newborn, "--conversations", 1, "--days", 1)
    assert call("live", *options, "--store", postgres_url).exit_code == 0
    again = call("live", "--fresh", "--seed", 2, *options)
    assert again.exit_code == 0, again.output
    assert "day 1: 1 conversations" in again.stdout
    assert place_of(place) == postgres_url
    assert seed(postgres_url) == 2


@pytest.mark.long
def test_fresh_removes_nothing_where_the_new_life_could_not_begin(
    call: Call, newborn: Path, tmp_path: Path, postgres_url: str
) -> None:
    others = tmp_path / "others"
    options = ("--model", newborn, "--conversations", 1, "--days", 1)
    assert call("live", "--directory", others, *options, "--store", postgres_url).exit_code == 0
    place = tmp_path / "life"
    assert call("live", "--directory", place, *options).exit_code == 0
    taken = call("live", "--fresh", "--directory", place, *options, "--store", postgres_url)
    down = call("live", "--fresh", "--directory", place, *options, "--store", "postgresql://t:secret@127.0.0.1:1/x")
    assert (taken.exit_code, "holds the life of another directory" in taken.stderr) == (1, True)
    assert (down.exit_code, "see that its server runs" in down.stderr, "secret" in down.output) == (1, True, False)
    assert (place / "life.db").exists()
    assert seed(postgres_url) == 1


def test_fresh_removes_nothing_while_the_server_is_down(call: Call, newborn: Path, tmp_path: Path) -> None:
    place = tmp_path / "life"
    settle(place, "postgresql://tom:secret@127.0.0.1:1/life")
    (place / "report.html").write_text("all that there was")
    down = call("live", "--fresh", "--directory", place, "--model", newborn)
    assert (down.exit_code, "see that its server runs" in down.stderr, "secret" in down.output) == (1, True, False)
    assert (place / "report.html").exists()


@pytest.mark.parametrize("command", ["live", "day", "report", "serve", "chat", "persona list", "keys list"])
def test_a_url_instead_of_a_directory_is_refused(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call(*command.split(), "-d", "postgresql://tom:secret@localhost/life")
    assert (said.exit_code, "InputError" in said.stderr, "--store URL" in said.stderr) == (1, True, True)
    assert "secret" not in said.output
    assert not list(tmp_path.iterdir())
