"""The store: narrow, typed methods with the dialogue's dataclasses as their vocabulary.

>>> from tempfile import TemporaryDirectory
>>> from eudaimon.dialogue import PersonaRecord
>>> with TemporaryDirectory() as place, Store.open(f"{place}/life.db") as store:
...     store.add_persona(PersonaRecord("newborn", current=True))
...     store.current_persona().id
'newborn'
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from eudaimon.dialogue import Episode, Night, PersonaRecord, Seal, Signal
from eudaimon.errors import StoreError, StoreMissing
from eudaimon.memory import (
    chronicle,
    engine,
    episodes,
    fingerprint,
    forgetting,
    nights,
    owners,
    personas,
    schema,
    tables,
)
from eudaimon.memory.faults import faults
from eudaimon.memory.records import Corrected, Event, Forgotten, Life, Owner
from eudaimon.memory.transactions import Transactions


class Store:
    """A life's rows. Make one with `Store.open`.

    Every method that writes is one transaction: afterwards either all of it is stored or nothing is. Several of them
    become one inside `with store.transaction():`. Writing what is stored already is allowed and does nothing, so that
    an interrupted life can simply do its last step again; writing something else under the same id is a `StoreError`.
    One writer works at a time and others wait; readers never wait, and see the store as it was when they began.
    Every method may raise `StoreError`, or `StoreFull` where the disk is full.
    """

    def __init__(self, database: Engine, name: str) -> None:
        self.name = name
        self._transactions = Transactions(database, name)

    @classmethod
    def open(cls, where: str | Path, *, create: bool = True, wait: float = 60.0, flush: bool = True) -> Self:
        """Open the store, or begin an empty one, and bring its schema up to date.

        Args:
            where: a path (SQLite) or a URL (`postgresql://user@host/name`).
            create: begin an empty store where there is none.
            wait: how many seconds to wait for another writer, before giving up.
            flush: False does not wait until what was written has reached the disk: it outlives this process, however
                that ends, but its last moments may not outlive a power failure. (SQLite alone; the store stays whole.)

        Raises:
            StoreError: it is locked, not a database, not a store, newer than this version, unwritable or out of reach.
            StoreMissing: it is not there, and `create` is False.
        """
        url = engine.url_of(where)
        name = url.database or "" if url.get_backend_name() == "sqlite" else str(engine.bare(url))
        if url.get_backend_name() == "sqlite" and not create and not Path(name).exists():
            raise StoreMissing(f"store {name} does not exist; begin a life, or correct the path")
        database = engine.engine_of(url, wait, flush)
        try:
            with faults(name):
                engine.use_wal(database, wait)
                schema.upgrade(database, create=create, store=name)
        except BaseException:
            database.dispose()
            raise
        return cls(database, name)

    def close(self) -> None:
        """Close all connections. The store can be opened again."""
        self._transactions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that this thread writes inside is stored together at the end, or, if anything is raised, not at all."""
        with self._transactions.writing():
            yield

    def drop(self) -> None:
        """Remove the store with all that is in it. Nothing of another application is touched."""
        with self._transactions.writing() as connection:
            schema.drop(connection)

    # The life itself

    def begin_life(self, life: Life) -> None:
        """Write what the life is begun with. LifeError where another life has been begun here."""
        with self._transactions.writing() as connection:
            chronicle.begin(connection, life, time.time())

    def life(self) -> Life | None:
        """What the life was begun with; None before that."""
        with self._transactions.reading() as connection:
            return chronicle.read_life(connection)

    def put_seals(self, seals: Iterable[Seal]) -> None:
        """Write content hashes. SealError where one of these names was sealed with another."""
        with self._transactions.writing() as connection:
            chronicle.put_seals(connection, list(seals))

    def seals(self) -> list[Seal]:
        """All seals by name."""
        with self._transactions.reading() as connection:
            return chronicle.read_seals(connection)

    def log(self, kind: str, text: str, *, day: int = 0, night: int = 0) -> None:
        """Append to the log, for the report. Use kind `PROCESS` for what is no part of the life (it was resumed)."""
        with self._transactions.writing() as connection:
            chronicle.log(connection, Event(kind, text, day, night, time.time()))

    def events(self) -> list[Event]:
        """The log in the order of writing."""
        with self._transactions.reading() as connection:
            return chronicle.read_events(connection)

    def fingerprint(self) -> str:
        """SHA-256 (hex) over all rows without what the clock says; see `memory.fingerprint`."""
        with self._transactions.reading() as connection:
            return fingerprint.fingerprint(connection)

    # Days

    def add_episodes(self, episodes_: Iterable[Episode], *, owner: Owner | None = None) -> None:
        """Write whole episodes; their personas must be stored. `visible` must be JSON values.

        Args:
            owner: whose they are, for good; None for nobody's.
        """
        added = list(episodes_)
        with self._transactions.writing() as connection:
            episodes.add(connection, added, time.time())
            if owner is not None:
                owners.belong(connection, [one.id for one in added], owner)

    def episodes(self, day: int | None = None, source: str | None = None) -> list[Episode]:
        """Episodes of a day, of a source (`village`, `people`, `dream`) or of both; all by default. By day and id."""
        with self._transactions.reading() as connection:
            return episodes.read(connection, episodes.matching(day, source))

    def episode(self, id: str) -> Episode:
        """One episode. StoreError where there is none of that id."""
        with self._transactions.reading() as connection:
            found = episodes.read(connection, tables.episode.c.id == id)
        if not found:
            raise StoreError(f"store {self.name} has no episode {id}; `episodes()` lists those that it has")
        return found[0]

    def grow_episode(self, grown: Episode) -> None:
        """Write what an episode holds beyond the stored one of its id: messages and reflections that follow.

        StoreError where it is not stored, was learned from, or begins otherwise.
        """
        with self._transactions.writing() as connection:
            episodes.grow(connection, grown)

    def belong(self, id: str, owner: Owner) -> None:
        """Note whose a stored episode is, for good. StoreError where it is somebody else's."""
        with self._transactions.writing() as connection:
            owners.belong(connection, [id], owner)

    def owner(self, id: str) -> Owner | None:
        """Whose an episode is; None where it is nobody's."""
        with self._transactions.reading() as connection:
            return owners.read(connection, id)

    def owners(self) -> dict[str, Owner]:
        """Whose each episode is that is somebody's, by its id."""
        with self._transactions.reading() as connection:
            return owners.everybodys(connection)

    def times_of(self, owner: Owner) -> dict[str, float]:
        """When each of this person's episodes was written first, in seconds since 1970 (UTC), by its id."""
        with self._transactions.reading() as connection:
            return owners.times(connection, owner)

    def episodes_of(self, owner: Owner) -> list[Episode]:
        """Everything that is this person's, by day and id."""
        with self._transactions.reading() as connection:
            return episodes.read(connection, owners.owned(owner))

    def mark_consumed(self, ids: Iterable[str], night: int) -> None:
        """Note that `night` learns from these episodes. StoreError where another night has."""
        with self._transactions.writing() as connection:
            episodes.consume(connection, ids, night)

    def consumed(self, night: int) -> list[Episode]:
        """The episodes that `night` learns from. By day and id."""
        with self._transactions.reading() as connection:
            return episodes.read(connection, episodes.learned_in(night))

    def unconsumed(self, day: int | None = None, source: str | None = None) -> list[Episode]:
        """As `episodes`, without those that a night has learned from."""
        with self._transactions.reading() as connection:
            return episodes.read(connection, episodes.matching(day, source) & episodes.unlearned())

    def forget(self, ids: Iterable[str]) -> Forgotten:
        """Delete these episodes, all that nights copied of them, and what was drawn from either; call `sweep` then.

        StoreError where one is not stored.
        """
        with self._transactions.writing() as connection:
            return forgetting.forget(connection, ids)

    def correct(self, id: str, place: int, text: str) -> Corrected:
        """Let the person's message at `place` of an episode say `text`, also in what nights copied of it.

        What it said before is gone; call `sweep` then. StoreError where there is none, or it is not a person's.
        """
        with self._transactions.writing() as connection:
            return forgetting.correct(connection, id, place, text)

    def sweep(self) -> None:
        """Let the bytes of what was deleted leave the database's files. Not inside a `transaction`.

        Where somebody is reading just then, some leave them only at the next occasion.
        """
        self._transactions.sweep()

    # Nights

    def put_night(self, night: Night) -> None:
        """Write the stage that a night has reached; its personas must be stored. StoreError where it would go back."""
        with self._transactions.writing() as connection:
            nights.put(connection, night, time.time())

    def night(self, number: int) -> Night | None:
        """A night at the last stage that it reached; None before it began."""
        return next(reversed(self.stages(number)), None)

    def nights(self) -> list[Night]:
        """All nights, each at the last stage that it reached."""
        with self._transactions.reading() as connection:
            return list({one.number: one for one in nights.read(connection)}.values())

    def stages(self, number: int) -> list[Night]:
        """A night as it was at each stage that was stored, in order."""
        with self._transactions.reading() as connection:
            return nights.read(connection, number)

    def add_signals(self, signals: Iterable[Signal]) -> None:
        """Write what a night learns from; the episodes (or dreams) behind it must be stored."""
        with self._transactions.writing() as connection:
            nights.add_signals(connection, list(signals))

    def signals(self, night: int | None = None) -> list[Signal]:
        """The signals of a night; all by default. By night and id."""
        with self._transactions.reading() as connection:
            return nights.read_signals(connection, night)

    # Personas

    def add_persona(self, record: PersonaRecord) -> None:
        """Write a persona; its parent must be stored. One that is `current` speaks from now on."""
        with self._transactions.writing() as connection:
            personas.add(connection, record, time.time())

    def adopt(self, id: str) -> None:
        """Let this persona speak from now on, and no other."""
        with self._transactions.writing() as connection:
            personas.adopt(connection, id)

    def personas(self) -> list[PersonaRecord]:
        """All personas, by night and id."""
        with self._transactions.reading() as connection:
            return personas.read(connection)

    def current_persona(self) -> PersonaRecord:
        """The persona that speaks. StoreError where there is none yet."""
        for record in self.personas():
            if record.current:
                return record
        raise StoreError(f"store {self.name} has no persona that speaks; add the newborn, or adopt one")

    def lineage(self, id: str) -> list[PersonaRecord]:
        """A persona and all that it grew from, the oldest first. StoreError where there is none of that id."""
        with self._transactions.reading() as connection:
            return personas.lineage(connection, id)
