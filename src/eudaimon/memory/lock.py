"""One process at a time, where two would undo each other's work: a life, the ledger of tries, the folder of a run. And
many at a time, where whoever comes alone would undo what they do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eudaimon.errors import EudaimonError, ExperimentError

POLL = 0.05
"""Seconds between two tries to hold a lock beside others."""


@contextmanager
def alone(path: Path, taken: str, seconds: float = 0.0, error: type[EudaimonError] = ExperimentError) -> Iterator[None]:
    """Holds the lock file `path`, which stays where it is; the lock itself ends with the process that holds it.

    Args:
        path: of the lock file; its folder is made.
        taken: what to say where another process holds it.
        seconds: how long to wait for that process.
        error: what is raised then, as `taken` says.

    Raises:
        EudaimonError: an `error`: it is still held.
    """
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=seconds)
    except Timeout as still:
        raise error(f"{taken} (lock: {path})") from still
    try:
        yield
    finally:
        lock.release()


@contextmanager
def beside(
    path: Path, taken: str, seconds: float = 0.0, error: type[EudaimonError] = ExperimentError
) -> Iterator[None]:
    """Holds the lock file `path` beside others who hold it so, and against whoever wants it `alone`.

    Windows, which removes no file that is open, knows no such lock: there nothing is held.

    Args:
        path, taken, seconds, error: as for `alone`.

    Raises:
        EudaimonError: an `error`: somebody still holds it alone.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    held, until = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644), time.monotonic() + seconds
    try:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
                break
            except (BlockingIOError, PermissionError) as still:
                if time.monotonic() >= until:
                    raise error(f"{taken} (lock: {path})") from still
            time.sleep(POLL)
        yield
    finally:
        os.close(held)  # the lock ends with it
