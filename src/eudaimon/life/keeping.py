"""Where a life's rows may be kept: one life to a database, and a life where it was begun."""

from __future__ import annotations

from pathlib import Path

from eudaimon.errors import LifeError, StoreError, StoreMissing
from eudaimon.memory import Life, Store
from eudaimon.memory.engine import bare, url_of
from eudaimon.memory.place import place_of, settle


def life_at(where: str | Path) -> Life | None:
    """What the life whose rows are at `where` was begun with; None where none has begun. Makes nothing.

    Raises:
        StoreError: there is something in the store's place that is no store, or its server cannot be reached.
    """
    try:
        with Store.open(where, create=False) as store:
            return store.life()
    except StoreMissing:
        return None


def same(one: str | Path, other: str | Path) -> bool:
    """Whether both are one place, whatever the password."""
    return bare(url_of(one)) == bare(url_of(other))


def agree(place: Path, url: str, *, fresh: bool = False) -> None:
    """See that the rows of the life in `place` are at `url`, or may be. A new password is remembered.

    Args:
        place: the life's directory.
        url: where a person wishes its rows.
        fresh: the life that is in `place` now will be removed first.

    Raises:
        StoreError: `url` is none of PostgreSQL, or cannot be opened.
        LifeError: the life is kept elsewhere, or another directory's life is at `url`.
    """
    wished, kept = url_of(url), place_of(place)
    if wished.get_backend_name() == "sqlite":
        raise StoreError(
            f"store {wished.database}: expected postgresql://user@host/name; in SQLite a life's rows are in its own "
            "directory, so leave --store out for that"
        )
    if same(kept, url):
        if kept != url and life_at(url) is not None:
            settle(place, url)
        return
    if not fresh and life_at(kept) is not None:
        held = kept if isinstance(kept, Path) else bare(url_of(kept))
        raise LifeError(
            f"the life in {place} was begun with store {held}, not {bare(wished)}; leave that option out "
            "to go on with it, or begin another life (--fresh, or another --directory)"
        )
    if life_at(url) is not None:
        raise taken(url)


def taken(url: str | Path) -> LifeError:
    """What to say of a database that is another life's."""
    return LifeError(
        f"store {bare(url_of(url))} holds the life of another directory, and a database holds one life; go on in that "
        "directory, or give this life a database of its own (createdb), or a schema (end the URL with "
        "?options=-csearch_path%3DNAME)"
    )
