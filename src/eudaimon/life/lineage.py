"""The personas of a life: who they are, and who speaks. Needs the life's rows alone, no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eudaimon.dialogue import GateReport, PersonaRecord
from eudaimon.errors import LifeError
from eudaimon.memory import Store
from eudaimon.memory.place import place_of


def personas(directory: Path) -> list[tuple[PersonaRecord, str]]:
    """All personas of the life in `directory`, by night and id, and what the gate made of each; see `outcome`.

    Raises:
        StoreError: there is no store.
    """
    with Store.open(place_of(directory), create=False) as store:
        return [(one, outcome(store, one)) for one in store.personas()]


def outcome(store: Store, persona: PersonaRecord) -> str:
    """`adopted` or `rolled back`, by the gate of the night that made it; empty where none has decided."""
    gate = _gate(store, persona)
    return "" if gate is None else "adopted" if gate.adopted else "rolled back"


def _gate(store: Store, persona: PersonaRecord) -> GateReport | None:
    night = store.night(persona.night)
    return night.gate if night and night.candidate == persona.id else None


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
            gate, decided = _gate(store, one), outcome(store, one)
            yield f"night {one.night} made {one.id}{decided and f', {decided}'}"
            yield from (f"  {reason}" for reason in (gate.reasons if gate else ()))
        if record.adapter:
            yield f"adapter: {directory / record.adapter}"
        if record.lessons:
            yield f"lessons: {record.lessons}"


def rollback(directory: Path, name: str) -> tuple[PersonaRecord, str]:
    """Let the persona whose id begins with `name` speak from now on; see `personas`.

    Raises:
        StoreError: there is no store.
        LifeError: there is no such persona, or several.
    """
    with Store.open(place_of(directory), create=False) as store:
        record = let_speak(store, name)
        return record, outcome(store, record)


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
