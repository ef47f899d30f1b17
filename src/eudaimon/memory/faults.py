"""What can go wrong in a database, said in the project's own errors: the store, what happened, the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from eudaimon.errors import EudaimonError, StoreError, StoreFull, StoreLocked

# SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's SQLSTATEs, by their beginnings.
FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "53100")
LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")
REMEDIES = {
    "SQLITE_NOTADB": "is not a database; give the path of a eudaimon store, or of a file that does not exist yet",
    "SQLITE_CORRUPT": "is damaged; copy it aside and go back to a backup",
    "SQLITE_READONLY": "cannot be written: the file or its directory is read-only; change its permissions",
    "SQLITE_CANTOPEN": "cannot be opened: its directory is missing or read-only; make it, or change its permissions",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error; look after the disk",
    "3F000": "has no such schema; make it (CREATE SCHEMA), or correct the URL",
    "42501": "refuses to let its user make tables or use them; give the user these rights, or a database of its own",
    "57P": "is being stopped or started by its server; wait until that runs, and start again",
    "28": "refuses the user or the password; correct the URL",
    "3D000": "does not exist on the server; make it with `createdb`, or correct the URL",
}


@contextmanager
def faults(store: str) -> Iterator[None]:
    """Turn what a database reports within this context into `StoreFull` or `StoreError` naming `store`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise explain(error, store) from error


def explain(error: BaseException, store: str) -> EudaimonError:
    """The project's error for a database's error, looking through what it happened in the handling of."""
    if isinstance(error, EudaimonError):
        return error
    codes = [code for code in map(_code, _causes(error)) if code]
    if any(code.startswith(FULL) for code in codes):
        return StoreFull(f"store {store}: the disk is full; make room and start again. What was stored is readable")
    if any(code.startswith(LOCKED) for code in codes):
        return StoreLocked(
            f"store {store} is locked: another process went on writing to it; wait for it to end, or stop it"
        )
    for code in codes:
        for start, text in REMEDIES.items():
            if code.startswith(start):
                return StoreError(f"store {store} {text}")
    reason = " ".join(str(getattr(error, "orig", None) or error).split())  # PostgreSQL's have several lines
    if isinstance(error, DBAPIError) and not codes and "://" in store:  # a driver that has no connection has no code
        return StoreError(
            f"store {store} cannot be reached ({reason}); see that its server runs and has that database (createdb) "
            "and user, or correct the URL"
        )
    return StoreError(f"store {store}: {reason}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    # A full disk can undo the whole transaction, and then the attempt to undo it fails too and hides the reason.
    while error is not None:
        yield error
        original = getattr(error, "orig", None)
        if isinstance(original, BaseException):
            yield original
        error = error.__cause__ or error.__context__


def _code(error: BaseException) -> str:
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
