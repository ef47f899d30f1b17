"""What flourishing is asked about: domains, facets, what can be observed of them, and items of our own wording.

The domains are those of the Global Flourishing Study (VanderWeele 2017, "On the promotion of human flourishing", PNAS
114) and a seventh for the needs of self-determination that it lacks (Ryan and Deci 2000); elements of PERMA (Seligman
2011) are mapped onto facets. No item is taken from any instrument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from eudaimon.values.reading import read_yaml

SHIPPED = Path(__file__).with_name("ontology.yaml")
TOP = 10
"""Answers go from 0 to this."""

Theory = Literal["hedonist", "desire", "list", "nature"]
Perma = Literal["positive emotion", "engagement", "relationships", "meaning", "accomplishment"]
Need = Literal["autonomy", "competence", "relatedness"]


@dataclass(frozen=True, slots=True)
class Item:
    """One statement that a person agrees with from 0 to 10.

    Attributes:
        id: short and stable.
        text: the statement.
        keyed: `with` its domain, or `against`: agreeing means less of it.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    text: str
    keyed: Literal["with", "against"] = "with"


@dataclass(frozen=True, slots=True)
class Facet:
    """A side of a domain: by which theories it counts, what can be observed of it, and its items."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    theories: tuple[Theory, ...]
    observable: str
    items: tuple[Item, ...]
    perma: Perma | None = None
    sdt: Need | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of a life."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    name: str
    facets: tuple[Facet, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All its items, in order."""
        return tuple(item for facet in self.facets for item in facet.items)


Ontology = tuple[Domain, ...]


@cache
def ontology(path: Path = SHIPPED) -> Ontology:
    """The domains in the YAML file at `path`.

    Raises:
        InputError: there is no such file.
        FormatError: it is malformed, two entries share an id, or a domain has no item keyed against it (which is what
            tells agreeing with everything from having much); names the line.
    """
    document = read_yaml(path, tuple[Domain, ...])
    seen: set[str] = set()
    for i, domain in enumerate(document.value):
        if {item.keyed for item in domain.items} != {"with", "against"}:
            message = f"the domain '{domain.id}' needs items keyed both ways; add one that is keyed the other way"
            raise document.fault(message, i, "facets")
        for name, where in _ids(domain, i):
            if name in seen:
                raise document.fault(f"the id '{name}' is taken; choose another", *where)
            seen.add(name)
    return document.value


def items(domains: Ontology) -> list[tuple[int, Item]]:
    """Every item with the index of its domain, in order: the columns of a matrix of answers."""
    return [(index, item) for index, domain in enumerate(domains) for item in domain.items]


def _ids(domain: Domain, i: int) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    yield domain.id, (i, "id")
    for j, facet in enumerate(domain.facets):
        if facet.id != domain.id:
            yield f"{domain.id}/{facet.id}", (i, "facets", j, "id")
        yield from ((item.id, (i, "facets", j, "items", k, "id")) for k, item in enumerate(facet.items))
