"""All that a report is drawn from: a life's rows, and the book of gold where one was kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from eudaimon.dialogue import PRIVATE, Episode, Night, PersonaRecord, Seal, Signal
from eudaimon.memory import Event, Life, Store
from eudaimon.memory.place import place_of
from eudaimon.report.worth import Book, read_book

ASIDE = frozenset({"commentary", "dream", "probe", "gate", PRIVATE})
"""Sources of episodes that were not lived by day: commented on at night, dreamt, or asked to see what a night has
changed; and of those that are a person's own, of which nothing is told."""

_PROBE = re.compile(r"probe-(\d+)/(.+)")


@dataclass(frozen=True)
class Record:
    """A life as it is stored.

    Attributes:
        life: what it was begun with; None before it has begun.
        episodes: all, by day and id.
        nights: each night at every stage that it has reached, in order.
        signals, personas, seals, events: as the store lists them.
        book: gold; empty where nobody computed any.
    """

    life: Life | None
    episodes: tuple[Episode, ...] = ()
    nights: tuple[tuple[Night, ...], ...] = ()
    signals: tuple[Signal, ...] = ()
    personas: tuple[PersonaRecord, ...] = ()
    seals: tuple[Seal, ...] = ()
    events: tuple[Event, ...] = ()
    book: Book = field(default_factory=Book)

    @property
    def empty(self) -> bool:
        """Whether nothing was lived or slept yet."""
        return not self.episodes and not self.nights

    @cached_property
    def lived(self) -> tuple[Episode, ...]:
        """The conversations of the days."""
        return tuple(episode for episode in self.episodes if episode.source not in ASIDE)

    @cached_property
    def days(self) -> Mapping[int, list[Episode]]:
        """The conversations of each day, by day."""
        found: dict[int, list[Episode]] = defaultdict(list)
        for episode in self.lived:
            found[episode.day].append(episode)
        return dict(sorted(found.items()))

    @cached_property
    def probes(self) -> Mapping[int, dict[str, Episode]]:
        """The same questions, asked before any night (0) and after night N: episodes by question, by night."""
        found: dict[int, dict[str, Episode]] = defaultdict(dict)
        for episode in self.episodes:
            if episode.source == "probe" and (named := _PROBE.fullmatch(episode.id)):
                found[int(named[1])][named[2]] = episode
        return dict(sorted(found.items()))

    @property
    def probed(self) -> int:
        """The last night after which all the questions were asked again; 0 where there is none yet."""
        whole = len(self.probes.get(0, {}))
        return max((night for night, asked in self.probes.items() if len(asked) == whole), default=0)

    @property
    def one_voice(self) -> bool:
        """Whether the persona that answers the questions after that night is the one that answered them before any."""
        return {one.persona for one in self.probes[0].values()} == {
            one.persona for one in self.probes[self.probed].values()
        }

    @property
    def lower_case(self) -> bool:
        """Whether the world speaks in lower case, as the village does, and sentences want their capitals."""
        return self.life is not None and self.life.world == "village"


def gather(directory: Path, store: Store | None = None) -> Record:
    """Read the life in `directory`, from `store` or where its rows are kept.

    Raises:
        StoreError: there is none, or it cannot be read.
        FormatError: a file of gold's is malformed.
    """
    book = read_book(directory / "gold")
    with nullcontext(store) if store else Store.open(place_of(directory), create=False) as rows:
        return Record(
            life=rows.life(),
            episodes=tuple(rows.episodes()),
            nights=tuple(tuple(rows.stages(night.number)) for night in rows.nights()),
            signals=tuple(rows.signals()),
            personas=tuple(rows.personas()),
            seals=tuple(rows.seals()),
            events=tuple(rows.events()),
            book=book,
        )
