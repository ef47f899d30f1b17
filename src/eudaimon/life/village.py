"""The village as a world: its people come by day, some stand at the gate, and some ask the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eudaimon.dialogue import Conversation
from eudaimon.psyche import Talk
from eudaimon.worlds.village import KINDS, Split, Villager, Visit

LEFT_OUT = ("stock", "halt")
"""The kinds of situations that no day and no gate ever holds: what nights do to them is transfer."""

DAILY = tuple(kind for kind in KINDS if kind not in LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Caller:
    """A villager as a talk's person: also the first words are theirs to say."""

    villager: Villager

    def next(self, messages: Conversation) -> str | None:
        begun = self.villager.begin()
        return begun[len(messages)].content if len(messages) < len(begun) else self.villager.next(messages)


@dataclass(frozen=True, slots=True)
class VillageWorld:
    """A generated village.

    Attributes:
        village: its seed; 0 to 99 are for development, 1000 and up for confirmatory experiments.
        conversations: a day; the kinds of situations take turns, and by default each has three.
        at_gate: conversations before the morning gate, new ones every night; kinds and sides take turns, and by
            default each kind has three of either side.
        probed: whether the probes are asked at all: every kind, the one left out included, on both sides.
    """

    name: ClassVar[str] = "village"

    village: int = 1
    conversations: int = 3 * len(DAILY)
    at_gate: int = 6 * len(DAILY)
    probed: bool = True

    def talks(self, day: int) -> list[Talk]:
        return [
            _talk(f"day-{day}/{n:04}", Visit(self.village, f"day {day} {n}", Split.LIFE, (_kind(n),)))
            for n in range(self.conversations)
        ]

    def gate(self, night: int) -> list[Talk]:
        return [
            _talk(f"gate-{night}/{n:04}", Visit(self.village, f"gate {night} {n}", Split.GATE, (_kind(n),), _side(n)))
            for n in range(self.at_gate)
        ]

    def probes(self) -> list[Talk]:
        sides = [(kind, side) for kind in KINDS for side in (0, 1)] if self.probed else []
        return [
            _talk(f"{n:04}", Visit(self.village, f"probe {n}", Split.TEST, (kind,), side))
            for n, (kind, side) in enumerate(sides)
        ]


def _kind(number: int) -> str:
    return DAILY[number % len(DAILY)]


def _side(number: int) -> int:
    return number // len(DAILY) % 2


def _talk(name: str, visit: Visit) -> Talk:
    villager = Villager(visit.situation())
    return Talk(name, Caller(villager), villager.begin()[:-1], visit.visible())
