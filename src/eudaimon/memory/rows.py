"""What every noun of the store needs: insert many, look up by many ids, and never write one name twice differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert

from eudaimon.errors import StoreError

T = TypeVar("T")
CHUNK = 500  # ids in one IN (...): far below what any SQLite allows


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, if there are any, in one go."""
    if rows:
        connection.execute(insert(table), rows)


def chunks(names: Iterable[str]) -> Iterator[list[str]]:
    """`names` in lists that fit into one IN (...)."""
    names = iter(names)
    while some := list(islice(names, CHUNK)):
        yield some


def unknown(things: Iterable[T], known: Iterable[T], name: Callable[[T], str], what: str) -> list[T]:
    """Those of `things` that the store does not hold yet, each once.

    Args:
        things: what somebody wants to write.
        known: what the store holds under their names.
        name: a thing's name.
        what: what such a thing is called, for complaints.

    Raises:
        StoreError: one of them has a name under which something else is stored, or comes before it in `things`.
    """
    held = {name(thing): thing for thing in known}
    fresh = []
    for thing in things:
        if name(thing) not in held:
            held[name(thing)] = thing
            fresh.append(thing)
        elif held[name(thing)] != thing:
            raise StoreError(
                f"{what} {name(thing)} is stored already, with other content; what is stored never changes, so give "
                "the new one its own id"
            )
    return fresh
