"""Keys: shown once, stored hashed, refused once revoked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.serving.conftest import Open
from typer.testing import CliRunner

from eudaimon.cli.app import app
from eudaimon.errors import InputError
from eudaimon.serving import Settings
from eudaimon.serving.keys import KeyRing, Scope
from eudaimon.serving.keys.ring import FILE


def test_a_key_opens_until_it_is_revoked_and_its_secret_is_nowhere_in_the_file(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    text, key = ring.create(Scope("ann"))
    stored = (tmp_path / FILE).read_text()
    assert text.split("-", 2)[2] not in stored
    assert os.stat(tmp_path / FILE).st_mode & 0o077 == 0
    assert ring.known(text) is None
    assert ring.admit(text) == ring.known(text) == key
    assert ring.admit(text[:-1] + ("a" if text[-1] != "a" else "b")) is None
    assert ring.admit("eu-00000000-x") is ring.admit("") is ring.admit("eu-") is None
    KeyRing(tmp_path).revoke(key.id)  # by another process
    assert ring.admit(text) is ring.known(text) is ring.good(key.id) is None


def test_what_two_processes_create_is_all_there(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path), KeyRing(tmp_path)
    texts = [ring.create(Scope(name))[0] for ring, name in ((one, "ann"), (other, "bob"), (one, "cat"))]
    assert [key.scope.person for key in other.all()] == ["ann", "bob", "cat"]
    assert all(other.admit(text) for text in texts)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    with pytest.raises(InputError, match=r"keys\.json: this is no key ring"):
        KeyRing(tmp_path)


def test_the_command_line_creates_lists_and_revokes(tmp_path: Path) -> None:
    run, place = CliRunner(), ["-d", str(tmp_path)]
    made = run.invoke(app, ["keys", "create", "--person", "ann", "--learn", *place])
    assert made.exit_code == 0
    text = made.stdout.strip()
    listed = run.invoke(app, ["keys", "list", *place]).stdout
    assert "ann" in listed
    assert text.split("-")[1] in listed
    assert text not in listed
    assert run.invoke(app, ["keys", "revoke", text.split("-")[1], *place]).exit_code == 0
    assert KeyRing(tmp_path).admit(text) is None
    assert run.invoke(app, ["keys", "revoke", "00000000", *place]).exit_code == 1
    assert run.invoke(app, ["keys", "create", *place]).exit_code == 1


def test_insecure_lets_everybody_in_as_whom_they_say_they_are(open_door: Open) -> None:
    door = open_door(settings=Settings(insecure=True))
    with door.client("ann", Authorization="", **{"X-Eudaimon-Person": "bob"}) as client:
        assert door.chat(client, "well?").status_code == 200
        (episode,) = [one for one in door.house.life.store.episodes() if one.id.startswith("door/")]
        owner = door.house.life.store.owner(episode.id)
    assert owner is not None
    assert owner.person == "bob"
