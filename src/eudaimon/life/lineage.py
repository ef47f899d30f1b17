"""The personas of a life: who they are, and who speaks. Needs the life's rows alone, no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eudaimon.dialogue import PersonaRecord
from eudaimon.errors import LifeError
from eudaimon.memory import Store
from eudaimon.memory.place import place_of


def personas(directory: Path) -> list[PersonaRecord]:
    """All personas of the life in `directory`, by night and id.

    Raises:
        StoreError: there is no store.
    """
    with Store.open(place_of(directory), create=False) as store:
        return store.personas()


def biography(directory: Path, name: str) -> Iterator[str]:
    """A persona in plain English, line by line: its lineage, the nights that made it, and its lessons.

    Raises:
        StoreError: there is no store.
        LifeError: no persona's id begins with `name`, or several do.
    """
    with Store.open(place_of(directory), create=False) as store:
        record = named(store, name)
        line = store.lineage(record.id)
        yield f"{record.id}{' (speaks now)' if record.current else ''}: {' > '.join(one.id for one in line)}"
        for one in line[1:]:
            night = store.night(one.night)
            gate = night.gate if night and night.candidate == one.id else None
            decided = "" if gate is None else f", {'adopted' if gate.adopted else 'not adopted'}"
            yield f"night {one.night} made {one.id}{decided}"
            yield from (f"  {reason}" for reason in (gate.reasons if gate else ()))
        if record.adapter:
            yield f"adapter: {directory / record.adapter}"
        if record.lessons:
            yield f"lessons: {record.lessons}"


def rollback(directory: Path, name: str) -> PersonaRecord:
    """Let the persona whose id begins with `name` speak from now on.

    Raises:
        StoreError: there is no store.
        LifeError: there is no such persona, or several.
    """
    with Store.open(place_of(directory), create=False) as store:
        return let_speak(store, name)


def let_speak(store: Store, name: str, why: str = "a person wished it") -> PersonaRecord:
    """As `rollback`, in an open store, saying why."""
    record, before = named(store, name), store.current_persona()
    if record.id != before.id:
        with store.transaction():
            store.adopt(record.id)
            store.log("rollback", f"{record.id} speaks from now on instead of {before.id}: {why}")
    return store.current_persona()


def named(store: Store, name: str) -> PersonaRecord:
    """The persona whose id is `name` or alone begins with it. LifeError where there is none, or several."""
    everybody = store.personas()
    found = [one for one in everybody if one.id == name] or [one for one in everybody if one.id.startswith(name)]
    if len(found) != 1:
        names = ", ".join(one.id for one in found or everybody)
        raise LifeError(f"'{name}' names {len(found) or 'none'} of this life's personas; name one of {names}")
    return found[0]
