"""A life whose rows are in PostgreSQL is the life that it is in SQLite, and is found from its directory alone."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from eudaimon.errors import InputError, LifeError, StoreError
from eudaimon.language import ScriptedModel
from eudaimon.life import Life, personas, rollback
from eudaimon.memory.place import place_of
from eudaimon.report import write_report

Begin = Callable[..., Life]

CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[0-9.]+ s\b")
"""What a report tells of when, and how fast, a life was lived."""


def test_a_day_and_a_night_have_the_rows_that_they_have_in_sqlite(begin: Begin, postgres_url: str) -> None:
    here, there = begin("here"), begin("there", store=postgres_url)
    reports = []
    for life in (here, there):
        list(life.live(1))
        reports.append(CLOCK.sub("", life.report().read_text(encoding="utf-8")))
    assert there.store.nights()
    assert there.store.episodes() == here.store.episodes()
    assert there.store.signals() == here.store.signals()
    assert there.store.fingerprint() == here.store.fingerprint()
    assert reports[0] == reports[1]
    assert {path.name for path in here.directory.iterdir()} - {path.name for path in there.directory.iterdir()} == {
        path.name for path in here.directory.glob("life.db*")
    }
    assert {path.name for path in there.directory.iterdir()} >= {"store.url", "gold"}


def test_it_is_found_reported_and_rolled_back_from_its_directory_alone(
    begin: Begin, scripted: ScriptedModel, postgres_url: str
) -> None:
    life = begin(store=postgres_url)
    list(life.live(1))
    place, before = life.directory, life.store.fingerprint()
    life.close()
    with Life.open(place, scripted) as again:
        assert again.store.fingerprint() == before
        with again.writer(1.0) as beside:
            assert beside.fingerprint() == before
    text = write_report(place, place / "report.html").read_text(encoding="utf-8")
    assert "Nothing has been lived here yet" not in text
    assert "night 1" in text.lower()
    assert [one.id for one, _ in personas(place) if one.current]
    assert rollback(place, "newborn")[0].current


def test_a_life_goes_on_where_it_was_begun_whether_or_not_that_is_said_again(begin: Begin, postgres_url: str) -> None:
    life = begin(store=postgres_url)
    life.day()
    for options in ({"store": postgres_url}, {}):
        assert begin(**options).store.fingerprint() == life.store.fingerprint()
    assert place_of(life.directory) == postgres_url


def test_a_new_password_is_remembered_and_never_told(begin: Begin, postgres_url: str) -> None:
    changed = postgres_url.replace("postgres@", "postgres:secret@")
    life = begin(store=postgres_url)
    again = begin(store=changed)
    assert place_of(life.directory) == changed
    assert "secret" not in again.store.name


def test_another_life_in_its_database_is_refused_and_leaves_nothing(begin: Begin, postgres_url: str) -> None:
    first = begin("first", store=postgres_url)
    before = first.store.fingerprint()
    for options in ({}, {"seed": 2}):
        with pytest.raises(LifeError, match=r"holds the life of another directory.*createdb.*search_path"):
            begin("second", store=postgres_url, **options)
    assert not (first.directory.parent / "second").exists()
    assert first.store.fingerprint() == before


def test_of_two_that_begin_in_one_database_at_once_the_second_is_refused(
    begin: Begin, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = begin("first", store=postgres_url)
    monkeypatch.setattr("eudaimon.life.keeping.life_at", lambda where: None)  # as it was before the first had begun
    with pytest.raises(LifeError, match="holds the life of another directory"):
        begin("second", store=postgres_url)
    assert not (first.directory.parent / "second").exists()


def test_a_life_of_a_killed_founding_is_begun_where_it_was_meant_to_be(begin: Begin, postgres_url: str) -> None:
    life = begin(store=postgres_url)
    life.store.drop()
    shutil.rmtree(life.directory / "gold")
    assert begin().store.fingerprint()
    assert place_of(life.directory) == postgres_url


def test_a_store_that_contradicts_the_life_is_refused(begin: Begin, postgres_url: str) -> None:
    here = begin("here")
    with pytest.raises(LifeError, match=r"was begun with store .*life\.db, not postgresql"):
        begin("here", store="postgresql://tom:secret@127.0.0.1:1/life")
    there = begin("there", store=postgres_url)
    with pytest.raises(LifeError, match=r"was begun with store postgresql.*, not postgresql.*tom@127") as caught:
        begin("there", store="postgresql://tom:secret@127.0.0.1:1/life")
    assert "secret" not in str(caught.value)
    assert (place_of(here.directory), place_of(there.directory)) == (here.directory / "life.db", postgres_url)


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("mysql://tom:secret@localhost/life", "SQLite and PostgreSQL are supported"),
        ("sqlite:///elsewhere.db", "leave --store out"),
        ("elsewhere.db", "leave --store out"),
        ("postgresql://tom:secret@127.0.0.1:1/life", "see that its server runs"),
    ],
)
def test_a_store_that_cannot_be_used_leaves_nothing_behind(begin: Begin, tmp_path: Path, store: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        begin("life", store=store)
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "life").exists()


def test_a_url_is_no_directory(scripted: ScriptedModel) -> None:
    for enter in (Life.begin, Life.open):
        with pytest.raises(InputError, match="--store URL"):
            enter("postgresql://tom@localhost/life", scripted)


def test_a_database_may_hold_what_is_no_life(begin: Begin, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
    assert begin(store=postgres_url).persona().id == "newborn"
