"""One process at a time, where two would undo each other's work: a life, the ledger of tries, the folder of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eudaimon.errors import EudaimonError, ExperimentError


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
