"""Whose conversations are whose."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, select

from eudaimon.errors import StoreError
from eudaimon.memory.records import Owner
from eudaimon.memory.rows import chunks, insert_all
from eudaimon.memory.tables import episode, owner


def belong(connection: Connection, names: Iterable[str], whose: Owner) -> None:
    """Note that the episodes of these names, which are stored, are `whose`, for good."""
    fresh = []
    for some in chunks(names):
        rows = connection.execute(select(owner).where(owner.c.episode.in_(some)))
        held = {row.episode: Owner(row.person, row.community) for row in rows}
        for name in some:
            if held.get(name, whose) != whose:
                raise StoreError(f"episode {name} is somebody else's; give this one its own id")
        fresh += [name for name in some if name not in held]
    person = {"person": whose.person, "community": whose.community}
    insert_all(connection, owner, [{"episode": name, **person} for name in fresh])


def read(connection: Connection, name: str) -> Owner | None:
    """Whose the episode `name` is; None where it is nobody's."""
    row = connection.execute(select(owner).where(owner.c.episode == name)).one_or_none()
    return None if row is None else Owner(row.person, row.community)


def owned(whose: Owner) -> ColumnElement[bool]:
    """The condition on the table `episode` that it is `whose`."""
    theirs = select(owner.c.episode).where(owner.c.person == whose.person, owner.c.community == whose.community)
    return episode.c.id.in_(theirs)


def everybodys(connection: Connection) -> dict[str, Owner]:
    """Whose each episode is, of those that are somebody's."""
    return {row.episode: Owner(row.person, row.community) for row in connection.execute(select(owner))}


def times(connection: Connection, whose: Owner) -> dict[str, float]:
    """When the episodes that are `whose` were written."""
    rows = connection.execute(select(episode.c.id, episode.c.at).where(owned(whose)))
    return {row.id: row.at for row in rows}
