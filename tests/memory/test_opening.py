"""What a store says when it cannot be opened or written, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import Pool

from eudaimon.dialogue import Episode, Message, PersonaRecord
from eudaimon.errors import StoreError, StoreFull, StoreMissing
from eudaimon.memory import Store
from eudaimon.memory.engine import engine_of, url_of
from eudaimon.memory.faults import explain


def long_episode(number: int) -> Episode:
    return Episode(f"day-1/{number:04d}", 1, "newborn", "village", (Message("user", f"{number} " * 5000),))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "life.db"
    path.write_text("dear diary, " * 100)
    with pytest.raises(StoreError, match=r"life\.db is not a database; give the path"):
        Store.open(path)
    assert path.read_text() == "dear diary, " * 100


def test_another_application_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE recipe (name TEXT)")
    with pytest.raises(StoreError, match=r"not a eudaimon store \(it has a table recipe"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]


def test_a_postgres_database_may_be_shared_unless_a_name_is_taken(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
        Store.open(postgres_url).close()
        other.execute("DROP TABLE eudaimon_version")
        with pytest.raises(StoreError, match=r"not a eudaimon store \(it has a table comment"):
            Store.open(postgres_url)


def test_a_store_of_a_newer_version_is_refused_with_the_remedy(where: str) -> None:
    Store.open(where).close()
    with engine_of(url_of(where), 1.0).connect() as connection:
        connection.execute(text("UPDATE eudaimon_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(StoreError, match=r"newer eudaimon \(its schema is 9999.*upgrade eudaimon"):
        Store.open(where)


def test_a_store_that_is_not_there_is_only_made_when_it_may_be(where: str) -> None:
    with pytest.raises(StoreMissing, match="begin "):
        Store.open(where, create=False)
    Store.open(where).close()
    Store.open(where, create=False).close()


def test_a_directory_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/life\.db cannot be opened: its directory is missing"):
        Store.open(tmp_path / "nowhere" / "life.db")


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql://host:port/name", "sqlite://"])
def test_a_url_that_cannot_be_a_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="postgresql://"):
        Store.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://tom:secret@127.0.0.1:1/life",
        "postgresql://tom@127.0.0.1:1/life?password=secret",
        "postgresql://tom:s@secret@127.0.0.1:1/life",
        "postgresql://tom:secret@127.0.0.1:1/life?colour=red",
        "mysql://tom:secret@127.0.0.1/life?password=secret",
    ],
)
def test_what_is_said_of_a_url_is_one_line_with_the_remedy_and_without_the_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"correct the URL|as %40|are supported") as caught:
        Store.open(url, wait=1)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'eudaimon\[postgres\]'") as caught:
        Store.open("postgresql://tom:secret@localhost/life")
    assert "secret" not in str(caught.value)


def test_a_database_that_the_server_does_not_have_is_named(cluster: Path) -> None:
    with pytest.raises(StoreError, match=r"does not exist.*correct the URL"):
        Store.open(f"postgresql://postgres@/nothing?host={cluster}")


def test_a_schema_that_the_database_does_not_have_is_named(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="no such schema; make it"):
        Store.open(f"{postgres_url}_of_nobody")


def test_a_store_that_is_dropped_is_gone_and_another_application_s_tables_stay(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
        with Store.open(postgres_url) as store:
            store.add_persona(PersonaRecord("newborn", current=True))
            store.drop()
        left = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    assert left == [("recipe",)]
    with pytest.raises(StoreMissing):
        Store.open(postgres_url, create=False)


def test_a_locked_store_is_waited_for_and_then_named(store: Store, where: str) -> None:
    with Store.open(where, wait=0.2) as other, store.transaction():
        with pytest.raises(StoreError, match="is locked: another process"):
            other.log("day", "in vain")
        assert other.events() == []
    store.log("day", "the writer goes on")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere; nobody may not."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_read_only_directory_is_named_and_stays_as_it_was() -> None:
    place = Path(tempfile.mkdtemp(dir="/tmp"))  # nobody may enter it, unlike pytest's own
    try:
        with Store.open(place / "old.db") as store:
            store.add_persona(PersonaRecord("newborn", current=True))
        place.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        (place / "old.db").chmod(stat.S_IRUSR | stat.S_IROTH)
        with as_nobody():
            for name in ("new.db", "old.db"):
                with pytest.raises(StoreError, match=r"(read-only|permissions)"):
                    Store.open(place / name).log("day", "in vain")
        assert sorted(path.name for path in place.iterdir()) == ["old.db"]
    finally:
        place.chmod(stat.S_IRWXU)
        shutil.rmtree(place)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A directory on a disk of 2 MB where one can be mounted; elsewhere every database in it may have 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "eudaimon", str(disk)]
    mounted = bool(shutil.which("mount")) and subprocess.run(mount, capture_output=True).returncode == 0
    if not mounted:
        event.listen(Pool, "connect", _limit_pages)
    yield disk
    if mounted:
        subprocess.run(["umount", str(disk)], check=True)
    else:
        event.remove(Pool, "connect", _limit_pages)


def _limit_pages(connection: sqlite3.Connection, record: object) -> None:
    connection.execute("PRAGMA max_page_count = 512")


def fill(store: Store) -> int:
    """Write until the disk is full; the number of episodes that were stored."""
    for number in range(1000):
        try:
            store.add_episodes([long_episode(number)])
        except StoreFull:
            return number
    raise AssertionError("the disk was never full")


def test_a_store_on_a_full_disk_says_so_and_stays_readable(small_disk: Path) -> None:
    with Store.open(small_disk / "life.db") as store:
        store.add_persona(PersonaRecord("newborn", current=True))
        number = fill(store)
        assert number > 3
        with pytest.raises(StoreFull, match="disk is full; make room"):
            store.add_episodes([long_episode(1000)])
        assert store.episodes() == [long_episode(n) for n in range(number)]
    with Store.open(small_disk / "life.db") as again:
        assert again.episodes() == [long_episode(n) for n in range(number)]


def test_a_page_limit_and_a_full_disk_are_the_same_to_a_store(tmp_path: Path) -> None:
    event.listen(Pool, "connect", _limit_pages)
    try:
        with Store.open(tmp_path / "life.db") as store:
            store.add_persona(PersonaRecord("newborn", current=True))
            number = fill(store)
            assert store.episodes() == [long_episode(n) for n in range(number)]
    finally:
        event.remove(Pool, "connect", _limit_pages)


@pytest.mark.parametrize("swallowed", [True, False])
def test_a_transaction_that_met_a_full_disk_stores_nothing_even_where_the_error_is_swallowed(
    small_disk: Path, swallowed: bool
) -> None:
    with Store.open(small_disk / "life.db") as store:
        store.add_persona(PersonaRecord("newborn", current=True))
        with pytest.raises(StoreError), store.transaction():  # noqa: PT012
            store.log("day", "before")
            try:
                fill(store)
                store.add_episodes([long_episode(1000)])
            except StoreError:
                if not swallowed:
                    raise
        assert store.events() == store.episodes() == []
        store.log("day", "after")


def test_what_postgres_says_of_a_full_disk_is_a_full_store() -> None:
    reported = OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file"))
    assert isinstance(explain(reported, "x"), StoreFull)
