"""One writing transaction at a time and thread, joined by what is written inside it; reading is a moment's snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from eudaimon.memory.engine import lock, reader, sweep, writer
from eudaimon.memory.faults import faults


class Transactions:
    """Hands out connections of `engine`, and turns what goes wrong on them into errors that name `store`."""

    def __init__(self, engine: Engine, store: str) -> None:
        self._engine, self._store = engine, store
        self._threads = local()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose writes are stored together at the end, or not at all.

        Inside another `writing` of the same thread it is part of that one, and undone alone if something is raised.
        """
        with faults(self._store):
            running = self._running()
            with self._new() if running is None else _part_of(running) as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the store as it is now, with what this thread is writing."""
        with faults(self._store):
            running = self._running()
            if running is not None:
                yield running
                return
            with reader(self._engine).connect() as connection, connection.begin():
                yield connection

    def sweep(self) -> None:
        """Let what was deleted leave the database's files."""
        with faults(self._store):
            sweep(self._engine)

    def _running(self) -> Connection | None:
        return getattr(self._threads, "connection", None)

    @contextmanager
    def _new(self) -> Iterator[Connection]:
        with writer(self._engine).connect() as connection, connection.begin():
            lock(connection)
            self._threads.connection = connection
            try:
                yield connection
            finally:
                self._threads.connection = None


@contextmanager
def _part_of(running: Connection) -> Iterator[Connection]:
    try:
        with running.begin_nested():
            yield running
    except SQLAlchemyError:
        # A full disk may have undone the whole transaction. Were somebody to catch this and write on, the rest would be
        # stored without the beginning; an invalid connection refuses that, and the commit.
        running.invalidate()
        raise
