"""Forgetting and correcting: a conversation goes, or says what was meant, wherever the store holds its words.

Nights copy: a commentary holds all of a conversation, a dream some of it, and signals begin with it. What they copied
goes, or is mended, with it. What a night has trained cannot be taken back here; who asks is told which nights it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from eudaimon.errors import StoreError
from eudaimon.memory.episodes import require
from eudaimon.memory.records import CORRECTED, Corrected, Forgotten
from eudaimon.memory.rows import chunks
from eudaimon.memory.tables import consumed, episode, message, metadata, signal

COPIES = ("commentary", "dream")
"""Sources of episodes that nights make of others; `visible` names those, under `of` and `with`."""
MADE_OF = ("of", "with")


def forget(connection: Connection, ids: Iterable[str]) -> Forgotten:
    """Delete these episodes, what nights copied of them, and what was drawn from either."""
    asked = list(dict.fromkeys(ids))
    require(connection, dict.fromkeys(asked, "forgetting"))
    copies = _copies(connection, asked)
    everything = [*asked, *copies]
    found = Forgotten(
        episodes=tuple(everything),
        conversations=len(asked),
        copies=len(copies),
        messages=_count(connection, message, everything),
        signals=_count(connection, signal, everything),
        nights=_learned(connection, asked),
    )
    for table in reversed(metadata.sorted_tables):  # what refers to another table goes before it
        named = table.c.id if table is episode else table.c.get("episode")
        if named is not None:
            for some in chunks(everything):
                connection.execute(delete(table).where(named.in_(some)))
    return found


def correct(connection: Connection, name: str, place: int, text: str) -> Corrected:
    """Let the person's message at `place` of the episode `name` say `text`, also where nights have copied it."""
    require(connection, {name: "a correction"})
    which = (message.c.episode == name) & (message.c.place == place)
    said = connection.execute(select(message).where(which)).one_or_none()
    if said is None or said.role != "user":
        raise StoreError(
            f"message {place} of episode {name} is none of the person's, so they cannot correct it; name one of theirs"
        )
    everywhere = [name, *_copies(connection, [name])]
    for some in chunks(everywhere):
        same = (message.c.role == "user") & (message.c.content == said.content)
        connection.execute(update(message).where(message.c.episode.in_(some), same).values(content=text))
        for row in connection.execute(select(signal.c.id, signal.c.prompt).where(signal.c.episode.in_(some))).all():
            prompt = [[r, text if (r, c) == ("user", said.content) else c, *rest] for r, c, *rest in row.prompt]
            connection.execute(update(signal).where(signal.c.id == row.id).values(prompt=prompt))
    visible: dict[str, Any] = connection.execute(select(episode.c.visible).where(episode.c.id == name)).scalar_one()
    places = sorted({*visible.get(CORRECTED, ()), place})
    connection.execute(update(episode).where(episode.c.id == name).values(visible={**visible, CORRECTED: places}))
    return Corrected(tuple(everywhere), said.content)


def _copies(connection: Connection, names: list[str]) -> list[str]:
    """The episodes that nights made of those named."""
    sought = set(names)
    made = connection.execute(select(episode.c.id, episode.c.visible).where(episode.c.source.in_(COPIES)))
    return sorted(row.id for row in made if sought & {str(row.visible.get(key)) for key in MADE_OF})


def _count(connection: Connection, table: Any, names: list[str]) -> int:
    counted = select(func.count()).select_from(table)
    return sum(connection.execute(counted.where(table.c.episode.in_(some))).scalar_one() for some in chunks(names))


def _learned(connection: Connection, names: list[str]) -> tuple[int, ...]:
    found = set[int]()
    for some in chunks(names):
        found.update(connection.execute(select(consumed.c.night).where(consumed.c.episode.in_(some))).scalars())
    return tuple(sorted(found))
