"""Whether a scope holds in a context: yes, no, or not known, by Kleene's strong three-valued logic.

Kleene 1952, "Introduction to metamathematics", section 64: what is not known stays open only where it matters, so
`false and ?` is false and `true or ?` is true.

>>> from eudaimon.values.scope.parsing import parse
>>> truth(parse("age < 16 and consent"), {"age": 30.0}), truth(parse("age < 16 and consent"), {"age": 12.0})
(False, None)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from eudaimon.values.scope.term import AllOf, AnyOf, Atom, Compared, Flag, Has, In, Literal_, Not, Term

Context = Mapping[str, Literal_ | frozenset[str]]
"""What is known of a situation, by name: yes or no, a number, a word, or a set of words. What is absent is open."""

Look = Callable[[Atom], Literal_ | None]
"""What an atom looks at: its name's value, or for `Has` whether the member is there; None where it is not known."""
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def truth(term: Term, context: Context) -> bool | None:
    """Whether `term` holds in `context`; None where what is known does not say."""
    return weigh(term, lambda atom: _look(atom, context))


def weigh(term: Term, look: Look) -> bool | None:
    """Whether `term` holds by what `look` tells of its atoms."""
    match term:
        case Not(inner):
            held = weigh(inner, look)
            return None if held is None else not held
        case AllOf(terms):
            return _first(terms, look, False)
        case AnyOf(terms):
            return _first(terms, look, True)
        case _:
            value = look(term)
            return None if value is None else _holds(term, value)


def _first(terms: tuple[Term, ...], look: Look, decides: bool) -> bool | None:
    """`decides` if any of `terms` is it, its opposite if all are that, None where neither is known."""
    open_ = False
    for term in terms:
        held = weigh(term, look)
        if held is decides:
            return decides
        open_ = open_ or held is None
    return None if open_ else not decides


def _look(atom: Atom, context: Context) -> Literal_ | None:
    value = context.get(atom.name)
    if isinstance(value, frozenset):
        return atom.member in value if isinstance(atom, Has) else None
    return value


def _holds(atom: Atom, value: Literal_) -> bool:
    match atom:
        case Flag() | Has():
            return bool(value)
        case In(_, values):
            return value in values
        case Compared(_, "=", wanted):
            return value == wanted
        case Compared(_, "!=", wanted):
            return value != wanted
        case Compared(_, sign, wanted):
            return _SIGNS[sign](float(value), float(wanted))
