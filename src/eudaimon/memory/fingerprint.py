"""One hash for all that a life is, whatever clock it ran by and however often it was interrupted.

Left out, because they tell how the life was run: columns marked as clocks, figures of nights whose name ends in
`seconds`, and events of the kind `process`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from eudaimon.memory.columns import canonical
from eudaimon.memory.records import PROCESS
from eudaimon.memory.tables import event, metadata, night


def fingerprint(connection: Connection) -> str:
    """SHA-256 (hex) over one canonical JSON line per row: the table's name and the row's values by column."""
    total = hashlib.sha256()
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        for line in _lines(connection, table):
            total.update(f"{table.name} {line}\n".encode())
    return total.hexdigest()


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    if table is event:  # its order is part of it, its number is not: process events have numbers too
        rows = connection.execute(select(event).where(event.c.kind != PROCESS).order_by(event.c.id))
        return (canonical(_plain(table, row._mapping, without="id")) for row in rows)
    return iter(sorted(canonical(_plain(table, row._mapping)) for row in connection.execute(select(table))))


def _plain(table: Table, row: Any, without: str = "") -> dict[str, Any]:
    values = {c.name: row[c.name] for c in table.columns if not c.info.get("clock") and c.name != without}
    if table is night:
        values["figures"] = {name: x for name, x in values["figures"].items() if not name.endswith("seconds")}
    return values
