"""Archetypes, and the roles composed from them: who they are, as read from YAML.

Self-alignment seed: "the underlying archetypes ... are concepts like Motherhood, Fatherhood, The Wise Sage, Anima /
Animus, the Child, the Fool, and the like", and "a set of archetypes or internal roles composed from them". They do not
change; what may change are the norms around them. `seal.py` sees to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eudaimon.dialogue import Message
from eudaimon.errors import FormatError
from eudaimon.values import Document, read_yaml

SHIPPED = Path(__file__).with_name("archetypes.yaml")


@dataclass(frozen=True, slots=True)
class Archetype:
    """An archetype, or an internal role composed from some.

    Attributes:
        name: lower case, digits and `_`; a model born with it knows it as `<name>`.
        symbol: what stands for it in dreams.
        concern: the one thing that it minds.
        voice: how it speaks.
        card: plain English by which any general model can be asked to speak as it. Empty for a role.
        holds_floor: whether its concern may never be outvoted.
        opposes: names of those that pull the other way; the relation counts both ways.
        members: for a role, the archetypes that it is composed from; empty for an archetype.
        weights_digest: content hash of its own weights, where it has any.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    name: str
    symbol: str
    concern: str
    voice: str
    card: str = ""
    holds_floor: bool = False
    opposes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    weights_digest: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"the name '{self.name}' must be lower-case letters, digits and _; rename the archetype")
        if bool(self.card.strip()) == bool(self.members):
            raise ValueError(
                f"'{self.name}' needs either a card (an archetype speaks by it) or members (a role speaks by them) "
                "and not both; add the one or remove the other"
            )

    @property
    def message(self) -> Message:
        """How a model is asked to speak as it: its card, and nothing else, under its name."""
        return Message("council", self.card, name=self.name)


Archetypes = Mapping[str, Archetype]
"""Archetypes and roles by name, in the order written."""


def pulls_against(a: Archetype, b: Archetype) -> bool:
    """Whether the two pull in opposite ways; it is enough that one of them says so."""
    return a.name in b.opposes or b.name in a.opposes


def speakers(archetypes: Archetypes, names: Iterable[str]) -> tuple[Archetype, ...]:
    """The archetypes that speak for `names`: roles give way to their members, and nobody is named twice."""
    spoken = (member for name in names for member in archetypes[name].members or (name,))
    return tuple(archetypes[name] for name in dict.fromkeys(spoken))


def read_archetypes(path: Path, known: Archetypes) -> dict[str, Archetype]:
    """The archetypes in the YAML list at `path`, unsealed. They may refer to each other and to those `known`.

    Raises:
        InputError: there is no such file.
        FormatError: an entry is malformed, takes a name that is taken, or names somebody unknown; with its line.
    """
    document = read_yaml(path, list[Archetype])
    found: dict[str, Archetype] = {}
    for index, archetype in enumerate(document.value):
        if archetype.name in known or archetype.name in found:
            message = f"the name '{archetype.name}' is taken already; choose another"
            raise document.fault(message, index, "name")
        found[archetype.name] = archetype
    _check_names(document, {**known, **found})
    return found


def _check_names(document: Document[list[Archetype]], everybody: Archetypes) -> None:
    for index, archetype in enumerate(document.value):
        for place, name in enumerate(archetype.opposes):
            if name not in everybody:
                raise _unknown(document, name, everybody, index, "opposes", place)
        for place, name in enumerate(archetype.members):
            if name not in everybody:
                raise _unknown(document, name, everybody, index, "members", place)
            if everybody[name].members:
                message = f"'{archetype.name}' is composed from the role '{name}'; name that role's members instead"
                raise document.fault(message, index, "members", place)


def _unknown(document: Document[list[Archetype]], name: str, everybody: Archetypes, *where: str | int) -> FormatError:
    return document.fault(f"expected one of {', '.join(everybody)}, but found '{name}'; mend the name", *where)
