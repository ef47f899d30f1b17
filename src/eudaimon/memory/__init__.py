"""The one store of a life: everything that was said, decided, learned from and adopted is a row in it.

`Store` is imported when it is first asked for, since the database's libraries take a while to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eudaimon.memory.records import CORRECTED, PROCESS, Event, Forgotten, Life, Owner

if TYPE_CHECKING:
    from eudaimon.memory.store import Store as Store

__all__ = ["CORRECTED", "PROCESS", "Event", "Forgotten", "Life", "Owner", "Store"]


def __getattr__(name: str) -> object:
    if name == "Store":
        from eudaimon.memory.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
