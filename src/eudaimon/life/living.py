"""Who lives a life: one process at a time. Two would hold the same conversations, each in its own words, and store them
twice. And whose door it is: as many processes as open one, beside whoever lives it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from eudaimon.errors import LifeError
from eudaimon.memory.lock import alone, beside

LOCK, DOOR = "life.lock", "door.lock"
LOCKS = (LOCK, DOOR)
PATIENCE = 1.0
"""Seconds that whoever comes waits: what a killed process has forked takes a moment to end, and holds the lock."""


def living(directory: Path) -> AbstractContextManager[None]:
    """Holds the life in `directory`, against whoever would live it, too.

    Raises:
        LifeError: another process lives it.
    """
    taken = f"another process lives this life ({directory}); wait for its end, or stop it"
    return alone(directory / LOCK, taken, PATIENCE, LifeError)


def visited(directory: Path) -> AbstractContextManager[None]:
    """Holds the life in `directory` as a door does: beside other doors and whoever lives it, and against its removal.

    Raises:
        LifeError: another process removes it just now.
    """
    taken = f"another process removes the life in {directory}; open its door once that is done"
    return beside(directory / DOOR, taken, PATIENCE, LifeError)


def unvisited(directory: Path) -> AbstractContextManager[None]:
    """Holds the life in `directory` against doors: one that is open would go on writing what visitors say to rows that
    are no more.

    Raises:
        LifeError: a door is open on it.
    """
    taken = f"a door is open on the life in {directory}, so it is not removed; stop `eudaimon serve` first"
    return alone(directory / DOOR, taken, PATIENCE, LifeError)
