"""Who lives a life: one process at a time. Two would hold the same conversations, each in its own words, and store them
twice."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from eudaimon.errors import LifeError
from eudaimon.memory.lock import alone

LOCK = "life.lock"
PATIENCE = 1.0
"""Seconds that whoever comes waits: what a killed process has forked takes a moment to end, and holds the lock."""


def living(directory: Path) -> AbstractContextManager[None]:
    """Holds the life in `directory`, against whoever would live it, too.

    Raises:
        LifeError: another process lives it.
    """
    taken = f"another process lives this life ({directory}); wait for its end, or stop it"
    return alone(directory / LOCK, taken, PATIENCE, LifeError)
