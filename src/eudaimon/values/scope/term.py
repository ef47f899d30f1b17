"""What a scope is made of: a tree of comparisons under and, or, not. Nothing in it is ever executed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Literal_ = str | float | bool
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Flag:
    """`consent`: a yes-or-no of the context."""

    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """`age < 16`, `topic is health`."""

    name: str
    operator: Operator
    value: Literal_


@dataclass(frozen=True, slots=True)
class In:
    """`topic in (health, money)`."""

    name: str
    values: tuple[Literal_, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """`roles has nurse`: membership in a set of words."""

    name: str
    member: str


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    term: Term


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conjunction; of nothing, it always holds."""

    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction; of nothing, it never holds."""

    terms: tuple[Term, ...] = ()


Atom = Flag | Compared | In | Has
Term = Atom | Not | AllOf | AnyOf

ALWAYS = AllOf()
"""The scope of what binds everywhere."""


def atoms(term: Term) -> Iterator[Atom]:
    """Every comparison in `term`, from left to right."""
    match term:
        case Not(inner):
            yield from atoms(inner)
        case AllOf(terms) | AnyOf(terms):
            for one in terms:
                yield from atoms(one)
        case _:
            yield term


def names(term: Term) -> frozenset[str]:
    """The names of the context that `term` looks at."""
    return frozenset(atom.name for atom in atoms(term))
