"""Traditions of values and how they hang together: glosses, the ideas that values share, and what is disputed.

No tradition is the measure of another. Values are joined by *ideas* that several of them share, each to a degree (in
SKOS's words: exact, close, broad, narrow), and a crosswalk follows from that. What those who know a tradition do not
agree on stands with the value. A community adds its own tradition in a file of the same form.

>>> [str(link) for link in crosswalk(read_traditions(), "care-ethics/solidarity") if link.degree == "exact"]
['care-ethics/solidarity exactly as ubuntu/personhood (community)']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eudaimon.errors import FormatError, InputError
from eudaimon.values.reading import read_yaml

SHIPPED = Path(__file__).with_name("traditions.yaml")
Degree = Literal["exact", "close", "broad", "narrow"]
STRENGTH: Mapping[Degree, float] = {"exact": 1.0, "close": 0.7, "broad": 0.4, "narrow": 0.4}


@dataclass(frozen=True)
class Value:
    """Something that a tradition holds good.

    Attributes:
        id: short and stable.
        gloss: what it is, in one line.
        act: something that somebody does in keeping with it.
        means: the ideas that it shares with others, each to a degree.
        disputed: what those who know it do not agree on; empty where nothing is noted.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    gloss: str
    act: str
    means: Mapping[str, Degree]
    disputed: str = ""


@dataclass(frozen=True)
class Tradition:
    """A taxonomy of values.

    Attributes:
        id, name: its own.
        source: where its own account stands.
        values: its values.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    name: str
    source: str
    values: tuple[Value, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Link:
    """Two values of different traditions that share an idea.

    Attributes:
        one, other: as `tradition/value`.
        idea: what they share.
        degree: the weaker of the two.
        strength: product of the two, in (0, 1].
    """

    one: str
    other: str
    idea: str
    degree: Degree
    strength: float

    def __str__(self) -> str:
        how = {"exact": "exactly as", "close": "close to", "broad": "broader than", "narrow": "narrower than"}
        return f"{self.one} {how[self.degree]} {self.other} ({self.idea})"


def read_traditions(*paths: str | Path) -> tuple[Tradition, ...]:
    """The shipped traditions, and those in files beside them.

    Raises:
        InputError: a file is missing.
        FormatError: it is malformed, or an id is given twice.
    """
    found: list[Tradition] = []
    for path in (SHIPPED, *paths):
        for tradition in read_yaml(path, tuple[Tradition, ...]).value:
            ids = [value.id for value in tradition.values]
            if tradition.id in {one.id for one in found} or len(set(ids)) < len(ids) or not ids:
                raise FormatError(
                    f"the tradition '{tradition.id}' has no values, is there already, or has two of one id; mend it",
                    path=path,
                )
            found.append(tradition)
    return tuple(found)


def values_of(traditions: Iterable[Tradition]) -> dict[str, Value]:
    """All values, as `tradition/value`."""
    return {f"{one.id}/{value.id}": value for one in traditions for value in one.values}


def crosswalk(traditions: Sequence[Tradition], start: str = "") -> list[Link]:
    """Every link between values of different traditions, or those from one value on, the strongest first.

    Raises:
        InputError: there is no such value.
    """
    known = values_of(traditions)
    if start and start not in known:
        raise InputError(f"there is no value '{start}'; name one as tradition/value, such as {next(iter(known))}")
    found = []
    for one in [start] if start else known:
        for other in known:
            if one.split("/")[0] == other.split("/")[0] or (not start and one > other):
                continue
            found += [_link(one, other, idea, known) for idea in known[one].means if idea in known[other].means]
    return sorted(found, key=lambda link: (-link.strength, link.one, link.other, link.idea))


def orphans(traditions: Sequence[Tradition]) -> list[str]:
    """Values that share no idea with any other tradition."""
    linked = {name for link in crosswalk(traditions) for name in (link.one, link.other)}
    return [name for name in values_of(traditions) if name not in linked]


def told(traditions: Sequence[Tradition]) -> list[str]:
    """Every tradition and value in plain lines, each with the values of others that it is joined to."""
    joined: dict[str, set[str]] = {name: set() for name in values_of(traditions)}
    for link in crosswalk(traditions):
        joined[link.one].add(link.other)
        joined[link.other].add(link.one)
    lines = []
    for tradition in traditions:
        lines.append(f"{tradition.name} ({tradition.source})")
        for value in tradition.values:
            near = ", ".join(sorted(joined[f"{tradition.id}/{value.id}"]))
            lines.append(f"  {value.id}: {value.gloss} [{near or 'alone'}]")
            lines += [f"    disputed: {value.disputed}"] if value.disputed else []
    return lines


def _link(one: str, other: str, idea: str, known: Mapping[str, Value]) -> Link:
    degrees = known[one].means[idea], known[other].means[idea]
    return Link(one, other, idea, min(degrees, key=lambda d: STRENGTH[d]), STRENGTH[degrees[0]] * STRENGTH[degrees[1]])
