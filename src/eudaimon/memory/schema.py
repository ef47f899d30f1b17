"""The store's schema, brought up to date when a store is opened."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from eudaimon.errors import StoreError, StoreMissing
from eudaimon.memory.engine import lock, reader, writer
from eudaimon.memory.tables import metadata

MIGRATIONS = Path(__file__).with_name("migrations")
VERSION_TABLE = "eudaimon_version"  # not alembic's own name: another application may share a PostgreSQL database
_one_at_a_time = Lock()  # alembic keeps the running migration in module globals


def upgrade(engine: Engine, *, create: bool, store: str) -> None:
    """Run the migrations that the database has not seen, all in one transaction.

    Args:
        engine: the store's.
        create: make the tables where there are none.
        store: its name, for complaints.

    Raises:
        StoreError: the database is another application's, or was written by a newer eudaimon.
        StoreMissing: it is empty, and `create` is False.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with reader(engine).connect() as connection, connection.begin():
        if _revision(connection) == script.get_current_head():
            return
    with writer(engine).connect() as connection, connection.begin():
        lock(connection)
        found = _revision(connection)
        _check(connection, found, script, create, store)
        with _one_at_a_time:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def drop(connection: Connection) -> None:
    """Remove the store's tables with all their rows; another application's stay."""
    metadata.drop_all(connection)
    connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def _check(connection: Connection, found: str | None, script: ScriptDirectory, create: bool, store: str) -> None:
    if found is None:
        _check_empty(connection, create, store)
    elif found not in {revision.revision for revision in script.walk_revisions()}:
        raise StoreError(
            f"store {store} was written by a newer eudaimon (its schema is {found}, this one knows "
            f"{script.get_current_head()}); upgrade eudaimon, or open it with the version that wrote it"
        )


def _check_empty(connection: Connection, create: bool, store: str) -> None:
    there = set(inspect(connection).get_table_names())
    # A SQLite file belongs to one application; in PostgreSQL others may live next to us if no name is taken.
    foreign = there if connection.dialect.name == "sqlite" else there & set(metadata.tables)
    if foreign:
        raise StoreError(
            f"store {store} is a database, but not a eudaimon store (it has a table {min(foreign)}); give another place"
        )
    if not create:
        raise StoreMissing(f"store {store} holds no life; begin one, or correct the path or URL")
