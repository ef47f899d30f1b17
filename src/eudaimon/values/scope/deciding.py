"""What can be known of scopes for all contexts at once: whether one can hold at all, and whether one implies another.

Exact, not sampled. Each name has finitely many values that its comparisons can tell apart (for numbers: the thresholds,
a point between each two, and one beyond either end; for words: those mentioned and one other), so a search over those,
cut short by three-valued evaluation of what is assigned so far (Davis, Logemann and Loveland 1962), settles it.

>>> from eudaimon.values.scope.parsing import parse
>>> kinds = {"age": "number", "consent": "flag"}
>>> implies(parse("age < 12"), parse("age < 16 or consent"), kinds), satisfiable(parse("age < 3 and age > 5"), kinds)
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise

from eudaimon.values.scope.term import AllOf, Atom, Compared, Flag, Has, In, Literal_, Not, Term, atoms
from eudaimon.values.scope.truth import weigh
from eudaimon.values.scope.vocabulary import Vocabulary

Key = tuple[str, str]
"""What is assigned a value: a name, or a name and a member where it is a set of words."""
STEPS = 5_000
"""How many partial contexts are looked at before a scope counts as too tangled."""
OTHER = "\0other"
"""A word that no scope mentions."""


def satisfiable(term: Term, vocabulary: Vocabulary) -> bool:
    """Whether there is a context in which `term` holds.

    Raises:
        ValueError: it is too tangled to tell within `STEPS` steps. No scope that a person wrote to be read is.
    """
    every = list(atoms(term))
    domains = {key: _values(key, every, vocabulary) for key in dict.fromkeys(map(_key, every))}
    return _search(term, domains, {}, count(1))


def implies(a: Term, b: Term, vocabulary: Vocabulary) -> bool:
    """Whether `b` holds in every context in which `a` does."""
    return not satisfiable(AllOf((a, Not(b))), vocabulary)


def _search(term: Term, domains: dict[Key, list[Literal_]], given: dict[Key, Literal_], steps: Iterator[int]) -> bool:
    if next(steps) > STEPS:
        raise ValueError(f"the scope is too tangled to be decided in {STEPS} steps; say it more simply")
    held = weigh(term, lambda atom: given.get(_key(atom)))
    if held is not None:
        return held
    key = next(key for key in domains if key not in given)
    return any(_search(term, domains, {**given, key: value}, steps) for value in domains[key])


def _key(atom: Atom) -> Key:
    return (atom.name, atom.member if isinstance(atom, Has) else "")


def _values(key: Key, every: list[Atom], vocabulary: Vocabulary) -> list[Literal_]:
    kind = vocabulary[key[0]]
    if kind in ("flag", "words"):
        return [True, False]
    if isinstance(kind, tuple):
        return list(kind)
    told = [value for atom in every if _key(atom) == key for value in _constants(atom)]
    if kind == "text":
        return [*dict.fromkeys(told), OTHER]
    points = sorted({float(value) for value in told})
    between = [(a + b) / 2 for a, b in pairwise(points)]
    return [points[0] - 1, *points, *between, points[-1] + 1]


def _constants(atom: Atom) -> tuple[Literal_, ...]:
    match atom:
        case Compared(_, _, value):
            return (value,)
        case In(_, values):
            return values
        case Flag() | Has():
            return ()
