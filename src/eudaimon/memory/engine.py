"""Connections to the store's database, set up so that one writes, many read, and nobody sees half a write.

SQLite runs in WAL mode: readers go on while a writer writes, and a killed writer's half transaction is not there on the
next opening. A writing transaction takes the write lock at its start (BEGIN IMMEDIATE; on PostgreSQL an advisory lock),
so that what it has read stays true until it commits, and a second writer waits.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from eudaimon.errors import StoreError
from eudaimon.memory.tables import metadata

WRITER_LOCK = 0x65756461696D6F6E  # "eudaimon": PostgreSQL's advisory locks are known by a number


def url_of(where: str | Path) -> URL:
    """The database's URL: `where` itself if it is one, else SQLite on that path.

    Raises:
        StoreError: the URL cannot be read, or names a database that is neither SQLite nor PostgreSQL.
    """
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite+pysqlite", database=str(where))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the store's URL cannot be read; write postgresql://user@host/name, or a path") from error
    drivers = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    name = url.drivername.partition("+")[0]
    if "@" in (url.host or ""):  # the rest of a password: it must not be looked up, nor told
        raise StoreError("the store's URL cannot be read: it holds more than one @; write that of a password as %40")
    if name not in drivers or (name == "sqlite" and not url.database):
        raise StoreError(
            f"store {bare(url)}: expected a path or a postgresql:// URL; SQLite and PostgreSQL are supported"
        )
    return url.set(drivername=drivers[name])


def bare(url: URL) -> URL:
    """The URL as anybody may read it: without passwords."""
    query = {name: value for name, value in url.query.items() if not name.endswith("password")}
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query)


def engine_of(url: URL, wait: float, flush: bool = True) -> Engine:
    """An engine whose writers wait at most `wait` seconds for each other and, with `flush`, for the disk. Connects when
    it is first used.

    Raises:
        StoreError: PostgreSQL's driver is not installed.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": wait})
        event.listen(engine, "connect", partial(_prepare_sqlite, flush))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError(f"store {bare(url)} needs PostgreSQL's driver; pip install 'eudaimon[postgres]'") from error
    event.listen(engine, "connect", partial(_prepare_postgres, wait))
    return engine


def reader(engine: Engine) -> Engine:
    """`engine` for transactions that only read, and see one moment of the store."""
    if engine.dialect.name == "sqlite":
        return engine  # a transaction in WAL mode is a snapshot
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writer(engine: Engine) -> Engine:
    """`engine` for transactions that write; call `lock` at their start."""
    return engine.execution_options(eudaimon_begin="BEGIN IMMEDIATE")


def lock(connection: Connection) -> None:
    """Wait until no other writer is at work. SQLite has done so in `BEGIN IMMEDIATE`."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITER_LOCK})


def use_wal(engine: Engine, wait: float) -> None:
    """Put a SQLite file into WAL mode, where it stays. Waits for others who are opening it for the first time."""
    if engine.dialect.name != "sqlite":
        return
    until = time.monotonic() + wait
    while True:  # SQLite answers "busy" at once here instead of waiting, since two who change the mode would deadlock
        try:
            with engine.execution_options(eudaimon_begin="").connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
        except OperationalError as error:
            busy = str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def sweep(engine: Engine) -> None:
    """Overwrite what was deleted.

    SQLite writes zeros over it at once (`secure_delete`) but keeps older pages in its log until that is emptied, for
    which it does not wait for readers; PostgreSQL keeps dead rows until they are vacuumed.
    """
    if engine.dialect.name == "sqlite":
        with engine.execution_options(eudaimon_begin="").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in metadata.sorted_tables:
            if table.c.get("episode") is not None or table.name == "episode":
                connection.exec_driver_sql(f'VACUUM "{table.name}"')


def _prepare_sqlite(flush: bool, connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by Python's driver
    for pragma in ("foreign_keys = ON", f"synchronous = {'FULL' if flush else 'NORMAL'}", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(wait: float, connection: Any, record: object) -> None:
    connection.execute(f"SET lock_timeout = {max(1, round(wait * 1000))}")  # milliseconds; 0 would be for ever
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("eudaimon_begin", "BEGIN")
    if begin:  # the mode of the journal is changed outside of transactions
        connection.exec_driver_sql(begin)
