"""A world: who talks to the persona, by day, before the morning gate, and to see what a night has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import LifeError
from eudaimon.life.people import PeopleWorld
from eudaimon.life.village import VillageWorld
from eudaimon.psyche import Talk


class World(Protocol):
    """Sends people. The same day, night or question is the same every time; a frozen dataclass of JSON values."""

    name: ClassVar[str]
    """Written into episodes as their source."""

    def talks(self, day: int) -> list[Talk]:
        """The conversations of a day, numbered from 1; their ids are `day-N/...`."""
        ...

    def gate(self, night: int) -> list[Talk]:
        """Conversations for a morning gate; no day and no probe ever holds one of them."""
        ...

    def probes(self) -> list[Talk]:
        """A fixed set that is asked again after every night, and that no night learns from; ids are numbers."""
        ...


_WORLDS: Mapping[str, type[VillageWorld] | type[PeopleWorld]] = {
    world.name: world for world in (VillageWorld, PeopleWorld)
}


def described(world: World) -> dict[str, object]:
    """`world` as JSON values."""
    return dict(to_json(world))


def recreated(name: str, settings: object) -> World:
    """The world that `described` turned into `settings`.

    Raises:
        LifeError: there is no world of that name here, or what it was made from has changed.
    """
    if name not in _WORLDS:
        raise LifeError(f"this life was lived in the world '{name}', which only the program that began it knows")
    world: World = from_json(_WORLDS[name], settings)
    return world
