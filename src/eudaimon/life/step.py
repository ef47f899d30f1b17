"""The steps of a life, and what can be told of each once it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Doing(StrEnum):
    """What a step is: the same questions asked again, a day, or a night."""

    PROBES = "probes"
    DAY = "day"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; probes carry the number of the night that they follow, 0 before the first.

    >>> [str(step) for step in steps(1)]
    ['probes 0', 'day 1', 'night 1', 'probes 1']
    """

    doing: Doing
    number: int

    def __str__(self) -> str:
        return f"{self.doing} {self.number}"

    @property
    def place(self) -> dict[str, int]:
        """Where what happens in it belongs in the log."""
        return {"night" if self.doing is Doing.NIGHT else "day": self.number}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A step that is done. As text it is one line.

    Attributes:
        step: which.
        text: one line of plain English.
        figures: the numbers behind it, by name.
    """

    step: Step
    text: str
    figures: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.step}: {self.text}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a step is just now.

    Attributes:
        step: which.
        what: what is happening in it, in a few words.
        done, total: how much of that is done, of how much.
        share: how much of the whole step is done, in [0, 1], by what such steps usually take.
    """

    step: Step
    what: str
    done: int
    total: int
    share: float


Progress = Callable[[Moment], None]
"""Told of every moment that differs from the one before."""


def steps(days: int) -> Iterator[Step]:
    """A life of so many days and nights, in order."""
    yield Step(Doing.PROBES, 0)
    for number in range(1, days + 1):
        yield Step(Doing.DAY, number)
        yield Step(Doing.NIGHT, number)
        yield Step(Doing.PROBES, number)


def counting(step: Step, total: int, progress: Progress) -> Callable[[int], None]:
    """Tells `progress` how many of the step's `total` conversations are over."""
    return lambda done: progress(Moment(step, "conversations", done, total, done / total if total else 1.0))
