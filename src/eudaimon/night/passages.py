"""A finished reply, cut where the persona would have paused in it."""

from __future__ import annotations

import re

from eudaimon.dialogue import Passage
from eudaimon.psyche import Points


def passages(reply: str, points: Points, whole: bool = False) -> tuple[Passage, ...]:
    """The passages of `reply`, which together are the reply; with `whole`, all as one. None where nothing was said.

    >>> [passage.text for passage in passages("Tom sells bread, so no.", Points())]
    ['Tom sells bread,', ' so no.']
    """
    found: list[Passage] = []
    start = 0
    ends = [] if whole else [match.end() for match in re.finditer(_any(points.stops), reply)]
    for end in ends:
        if place := points.place(reply[start:end]):
            found.append(Passage(reply[start:end], reply[:start], place))
            start = end
    if reply[start:].strip():
        found.append(Passage(reply[start:], reply[:start], "end"))
    return tuple(found)


def _any(stops: tuple[str, ...]) -> str:
    """A pattern for any of `stops`, longer ones first."""
    return "|".join(map(re.escape, sorted(stops, key=len, reverse=True)))
