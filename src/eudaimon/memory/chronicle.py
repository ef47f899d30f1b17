"""Whose life this is, what was sealed at its birth, and what has happened since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from eudaimon.dialogue import Seal
from eudaimon.errors import LifeError, SealError
from eudaimon.memory.columns import check_json
from eudaimon.memory.records import Event, Life
from eudaimon.memory.rows import insert_all
from eudaimon.memory.tables import event, life, seal


def begin(connection: Connection, new: Life, now: float) -> None:
    """Write whose life this is, or see that it is the one that was begun."""
    check_json(dict(new.settings), "a life's `settings`")
    held = read_life(connection)
    if held is None:
        insert_all(connection, life, [{"id": 1, **_fields(new), "seed": str(new.seed), "at": now}])
        return
    for name, value in _fields(new).items():
        if _fields(held)[name] != value:
            raise LifeError(
                f"this life was begun with {name} {_fields(held)[name]!r}, not {value!r}; go on with the former, or "
                "begin another life in a place of its own"
            )


def read_life(connection: Connection) -> Life | None:
    """The life, or None before it has begun."""
    row = connection.execute(select(life)).one_or_none()
    if row is None:
        return None
    return Life(int(row.seed), row.model, row.tier, row.world, row.pool, row.version, row.settings)


def put_seals(connection: Connection, seals: Sequence[Seal]) -> None:
    """Write `seals`, or see that they are what was sealed."""
    held = {one.name: one.digest for one in read_seals(connection)}
    for one in seals:
        if held.setdefault(one.name, one.digest) != one.digest:
            raise SealError(
                f"archetype {one.name} was sealed as {held[one.name][:12]} and is now {one.digest[:12]}; restore what "
                "was sealed, or begin another life"
            )
    known = {one.name for one in read_seals(connection)}
    rows = [{"name": name, "digest": digest} for name, digest in held.items() if name not in known]
    insert_all(connection, seal, rows)


def read_seals(connection: Connection) -> list[Seal]:
    """All seals by name."""
    return sorted((Seal(row.name, row.digest) for row in connection.execute(select(seal))), key=lambda one: one.name)


def log(connection: Connection, one: Event) -> None:
    """Append to the log."""
    insert_all(connection, event, [asdict(one)])


def read_events(connection: Connection) -> list[Event]:
    """The log in the order of writing."""
    rows = connection.execute(select(event).order_by(event.c.id))
    return [Event(row.kind, row.text, row.day, row.night, row.at) for row in rows]


def _fields(one: Life) -> dict[str, Any]:
    return {**asdict(one), "settings": dict(one.settings)}
