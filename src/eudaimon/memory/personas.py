"""Personas and their lineage. One of them speaks; none is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, update

from eudaimon.dialogue import PersonaRecord
from eudaimon.errors import StoreError
from eudaimon.memory.rows import insert_all, unknown
from eudaimon.memory.tables import persona


def add(connection: Connection, record: PersonaRecord, now: float) -> None:
    """Write `record`; let it speak if it says that it is current."""
    held = read(connection)
    if record.parent and record.parent not in {one.id for one in held}:
        raise StoreError(f"persona {record.id} grew from {record.parent}, which is not stored; add its parent first")
    for one in unknown([_silent(record)], map(_silent, held), lambda one: one.id, "persona"):
        row = {"id": one.id, "parent": one.parent or None, "night": one.night, "adapter": one.adapter}
        insert_all(connection, persona, [{**row, "lessons": one.lessons, "speaks": False, "at": now}])
    if record.current:
        adopt(connection, record.id)


def adopt(connection: Connection, name: str) -> None:
    """Let the persona `name` speak from now on, and no other."""
    require(connection, {name: "adoption"})
    connection.execute(update(persona).where(persona.c.speaks, persona.c.id != name).values(speaks=False))
    connection.execute(update(persona).where(persona.c.id == name).values(speaks=True))


def read(connection: Connection) -> list[PersonaRecord]:
    """All personas, by night and id."""
    found = [
        PersonaRecord(row.id, row.parent or "", row.night, row.adapter, row.lessons, row.speaks)
        for row in connection.execute(select(persona))
    ]
    return sorted(found, key=lambda one: (one.night, one.id))


def lineage(connection: Connection, name: str) -> list[PersonaRecord]:
    """The persona `name` and all that it grew from, the oldest first."""
    by_id = {one.id: one for one in read(connection)}
    require(connection, {name: "lineage"})
    line = [by_id[name]]
    while line[-1].parent:
        line.append(by_id[line[-1].parent])
    return line[::-1]


def require(connection: Connection, by_whom: Mapping[str, str]) -> None:
    """Raise `StoreError` unless all personas that are the keys are stored; the values say who names them."""
    held: Iterable[str] = set(connection.execute(select(persona.c.id)).scalars()) if by_whom else ()
    for name, who in by_whom.items():
        if name not in held:
            raise StoreError(f"{who} names persona {name}, which is not stored; add the persona first")


def _silent(record: PersonaRecord) -> PersonaRecord:
    """`record` without who is speaking, which changes."""
    return PersonaRecord(record.id, record.parent, record.night, record.adapter, record.lessons)
