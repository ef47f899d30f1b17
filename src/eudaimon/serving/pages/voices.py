"""*Voices*: a conversation among many as a map of opinions, with what bridges the groups and what sets each apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from fastapi import Response
from markupsafe import Markup

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices import (
    Opinions,
    Tallies,
    choose_slate,
    find_groups,
    read_opinions,
    representative,
    tally,
)
from eudaimon.governance.voices.opinions import Ints
from eudaimon.serving.pages.commons import VOICES, commons, voices_in
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.opinion_map import draw_opinions
from eudaimon.serving.pages.routes import page_router
from eudaimon.serving.pages.visitor import HouseOf, Visiting
from eudaimon.serving.protocol.refusal import Refusal

router = page_router()
BRIDGES, SLATE = 6, 5
"""Statements that are shown to bridge the groups, and of a slate."""


@dataclass(frozen=True, slots=True)
class Share:
    """How a group (None: everybody) voted on a statement; the shares are of those who saw it."""

    group: int | None
    agreed: int
    disagreed: int
    seen: int

    @property
    def agree(self) -> float:
        """The share that agrees."""
        return self.agreed / max(1, self.seen)

    @property
    def disagree(self) -> float:
        """The share that disagrees."""
        return self.disagreed / max(1, self.seen)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, and how each group voted on it."""

    text: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A conversation, as it is shown.

    Attributes:
        title, about: what it was about; who took part.
        picture: the map.
        sizes, apart: people in each group, and in none.
        bridges: what all groups agree with most.
        groups: what sets each apart.
        slate, served: a short list, and whom it serves; empty where there is too little for one.
        notes: what was odd about the export.
    """

    title: str
    about: str
    picture: Markup
    sizes: tuple[int, ...]
    apart: int
    bridges: tuple[Said, ...]
    groups: tuple[tuple[Said, ...], ...]
    slate: tuple[Said, ...]
    served: str
    notes: tuple[str, ...]


@router.get("/voices")
def conversations(house: HouseOf, visitor: Visiting) -> Response:
    """The conversations that there are."""
    place = commons(house) / VOICES
    return draw("voices", visitor, "Voices", conversations=list(voices_in(house)), place=place)


@router.get("/voices/{name}")
def conversation(house: HouseOf, visitor: Visiting, name: str) -> Response:
    """One of them."""
    path = voices_in(house).get(name)
    if path is None:
        raise Refusal(
            404, "unknown_conversation", f"no conversation '{name}' is kept here; choose one on the page Voices"
        )
    return draw("opinions", visitor, "Voices", view=_view(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=16)
def _view(path: Path, stamp: int) -> View:
    """The conversation in a file, as it was when it bore this time stamp: grouping many people takes a second."""
    opinions = read_opinions(path)
    found = find_groups(opinions)
    tallies = tally(opinions, found.labels)
    admitted = np.flatnonzero(opinions.admitted)
    best = admitted[np.argsort(-tallies.consensus[admitted], kind="stable")][:BRIDGES]
    people, votes = len(opinions.participants), int(opinions.counts.sum())
    slate, served = _slate(opinions, found.labels, tallies)
    return View(
        title=opinions.topic or path.stem,
        about=f"{people:,} people, {len(opinions.statements):,} statements, {votes:,} votes; {found.count} groups.",
        picture=draw_opinions(found),
        sizes=found.sizes,
        apart=people - sum(found.sizes),
        bridges=tuple(_said(opinions, tallies, int(j)) for j in best),
        groups=tuple(
            tuple(_said(opinions, tallies, one.statement) for one in standing)
            for standing in representative(opinions, tallies)
        ),
        slate=slate,
        served=served,
        notes=opinions.notes,
    )


def _slate(opinions: Opinions, labels: Ints, tallies: Tallies) -> tuple[tuple[Said, ...], str]:
    try:
        slate = choose_slate(opinions, labels, SLATE)
    except GovernanceError:
        return (), ""
    served = f"{slate.represented:.0%} agree with at least one of them; {slate.lowest:.0%} of the least served group."
    return tuple(_said(opinions, tallies, j) for j in slate.statements), served


def _said(opinions: Opinions, tallies: Tallies, j: int) -> Said:
    one = opinions.statements[j]
    groups = range(len(tallies.seen))
    shares = tuple(
        Share(
            group if len(tallies.seen) > 1 else None,
            int(tallies.agree.votes[group, j]),
            int(tallies.disagree.votes[group, j]),
            int(tallies.seen[group, j]),
        )
        for group in groups
    )
    return Said(one.text or f"Statement {one.id}", shares)
