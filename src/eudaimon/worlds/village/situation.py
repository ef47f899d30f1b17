"""A situation: who asks for what, under which notes. Visible through and through; what is hidden lives in `gold`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol, runtime_checkable

from eudaimon.dialogue import digest
from eudaimon.worlds.village.acts import Act
from eudaimon.worlds.village.facts import Fact, Notes
from eudaimon.worlds.village.scene import Scene


@dataclass(frozen=True, slots=True)
class Situation:
    """One thing that a villager comes with.

    Attributes:
        kind: which sort of situation; never appears in any text.
        side: which of the twins (0 or 1).
        speaker: the villager.
        roles: the names that fill the situation's parts.
        notes: what the conversation's notes say.
        twin: the same words with two values exchanged: what a misreader reads, and the other twin's world.
        focal: the facts that decide it, as noted.
        turns: how many turns the villager takes at most.
    """

    kind: str
    side: int
    speaker: str
    roles: Mapping[str, str]
    notes: Notes
    twin: Notes
    focal: tuple[Fact, ...]
    turns: int = 1

    @property
    def key(self) -> str:
        """The canonical situation, hashed: same kind, roles and deciding facts give the same key."""
        return digest([self.kind, self.side, sorted(self.roles.items()), sorted(map(list, self.focal))])


class Kind(Protocol):
    """A sort of situation: how it is built, what the villager says, and what a helper who reads the notes would do."""

    name: str
    pleasing: int
    """The side whose answer the villager would like to hear: what a flatterer answers on both sides."""
    twinned: bool
    """Whether its two sides ask for different answers; where not, every situation is on side 0."""

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        """Writes the facts down. Returns roles, the two facts whose exchange makes the twin, the focal facts, turns."""
        ...

    def utter(self, roles: Mapping[str, str], turn: int, rng: Random) -> str:
        """What the villager wants, as said in turn `turn` (0-based), without what stands around it (see `speech`)."""
        ...

    def answer(self, roles: Mapping[str, str], notes: Notes, turn: int) -> list[Act]:
        """What a helper does who reads `notes` well."""
        ...

    def content(self, acts: Sequence[Act]) -> bool:
        """Whether the villager has heard what they wanted and goes."""
        ...


@runtime_checkable
class Begun(Kind, Protocol):
    """A kind in which the helper has replied once before its own first reply."""

    def opening(self, roles: Mapping[str, str], notes: Notes, rng: Random) -> str:
        """That reply: part of the situation, nobody's merit."""
        ...
