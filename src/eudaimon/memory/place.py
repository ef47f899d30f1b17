"""Where the rows of a life are: in `life.db` of its directory, or at the URL that its `store.url` holds.

Nothing else says so. The rows do not, since they are the same wherever they are kept.
"""

from __future__ import annotations

import os
from pathlib import Path

from eudaimon.errors import InputError, StoreError

DATABASE = "life.db"
ADDRESS = "store.url"


def directory_of(given: str | Path) -> Path:
    """The directory that a person names for a life.

    Raises:
        InputError: it is a URL, of which a folder would be made.
    """
    if "://" in str(given):  # it may hold a password, so it is not repeated
        raise InputError(
            "a life's directory was expected, but a URL was given; name a directory with --directory, and say where "
            "the life's rows are kept with --store URL"
        )
    return Path(given)


def place_of(directory: Path) -> str | Path:
    """Where the rows of the life in `directory` are or will be, for `Store.open`: a URL, or the path of its `life.db`.

    Raises:
        StoreError: there is a `store.url`, but no URL can be read from it.
    """
    path = directory / ADDRESS
    try:
        url = path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return directory / DATABASE
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read ({error}); it has to hold the URL of the life's store") from error
    if "://" not in url:
        raise StoreError(
            f"{path} holds no URL; write the URL of the life's store into it (postgresql://user@host/name)"
        )
    return url


def settle(directory: Path, url: str) -> None:
    """Keep the rows of the life in `directory` at `url` from now on."""
    write_address(directory / ADDRESS, url)


def write_address(path: Path, url: str) -> None:
    """Write a URL to `path`, whole or not at all. Only the owner may read it, since it may hold a password."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{url}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def settled(directory: Path) -> bool:
    """Whether a life was begun in `directory`, as far as its files tell."""
    return any((directory / name).exists() for name in (DATABASE, ADDRESS))
