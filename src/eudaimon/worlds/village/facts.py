"""Facts: what notes say and what helpers state, written and read by one table of forms.

A fact is (relation, subject, value). Every relation has one or two English forms; the first is the one that notes use.
All of them name what is known when one looks (who grows ill, where a way is to lead) before what is looked for: whoever
had to begin with what is looked for would have nothing yet to find it by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from eudaimon.worlds.village import words


class Fact(NamedTuple):
    """`value` is what `relation` gives for `subject`: Fact("sells", "Tom", "bread")."""

    relation: str
    subject: str
    value: str


_CUSTOM_FORMS = {
    custom: (f"the {{s}} folk {custom} at {{v}}", f"the {{s}} folk like to {custom} at {{v}}")
    for custom in words.CUSTOMS
}
FORMS: dict[str, tuple[str, ...]] = {
    "sells": ("{s} sells {v}", "{s} has {v} to sell"),
    "lives": ("{s} lives by the {v}", "{s} has a home by the {v}"),
    "sister": ("the sister of {s} is {v}", "{s} has {v} for a sister"),
    "brother": ("the brother of {s} is {v}", "{s} has {v} for a brother"),
    "costs": ("the price of {s} is {v} coins", "for {s} one pays {v} coins"),
    "weather": ("the {s} has {v}", "at the {s} there is {v}"),
    "harms": ("{s} grows ill from {v}", "{s} is made ill by {v}"),
    "helps": ("{s} grows well from {v}", "{s} is made well by {v}"),
    **_CUSTOM_FORMS,
    "leads": ("to the {v} leads the {s}", "to the {v} goes the {s}"),
    "stands": ("the {s} is {v}",),
    "holds": ("{s} holds {v}", "{s} has {v} in hand"),
    "minds": ("the {s} are minded by {v}", "the {s} are in the care of {v}"),
    "comes": ("{s} comes only with {v}", "{s} comes along with {v} alone"),
    "advice": ("advice is what {s} {v}",),
    "asked": ("{s} asked for {v}",),
    "grief": ("{s} wants {v} in grief",),
    "store": ("the {s} store has {v} sacks", "in the {s} store are {v} sacks"),
    "folk": ("the {s} folk are {v}", "of the {s} folk there are {v}"),
}

_ONE_OF = {
    "person": words.PEOPLE,
    "place": words.PLACES,
    "good": words.GOODS,
    "counted": words.COUNTED,
    "remedy": words.REMEDIES,
    "way": words.WAYS,
    "number": words.NUMBERS,
    "price": words.NUMBERS[1:],
    "weather": words.WEATHERS,
    "time": words.TIMES,
    "custom": words.CUSTOMS,
    "state": ["open", "closed"],
    "leave": ["welcomes", "refuses"],
    "wish": ["quiet", "talk"],
    "solace": ["company", "stillness"],
}
KINDS_OF_WORDS = tuple(_ONE_OF)
"""The types of words that facts are made of, but for `amount`, which is a number and a good."""
TYPES: dict[str, tuple[str, str]] = {
    "sells": ("person", "good"),
    "lives": ("person", "place"),
    "sister": ("person", "person"),
    "brother": ("person", "person"),
    "costs": ("good", "price"),
    "weather": ("place", "weather"),
    "harms": ("person", "remedy"),
    "helps": ("person", "remedy"),
    **dict.fromkeys(words.CUSTOMS, ("place", "time")),
    "leads": ("way", "place"),
    "stands": ("way", "state"),
    "holds": ("person", "amount"),
    "minds": ("counted", "person"),
    "comes": ("person", "person"),
    "advice": ("person", "leave"),
    "asked": ("person", "wish"),
    "grief": ("person", "solace"),
    "store": ("place", "number"),
    "folk": ("place", "number"),
}
ASKABLE = ("sells", "lives", "sister", "brother", "costs", "weather", "harms", "helps")
ROLLED = (*ASKABLE, "asked", "advice", "grief", "stands")
"""Relations of which a roll may hold many facts: those that can be asked for, and those with but two values."""
CUSTOM = "custom"
"""Stands for any one of the customs where relations are chosen, so that these are not chosen six times as often."""
READABLE = (*ROLLED, "comes", "holds", "minds", "store", "folk", CUSTOM)
"""Relations that rolls hold later on: who minds what is true must be able to look up whatever may be stated."""


def values(kind: str) -> Sequence[str]:
    """Every word of a type, such as `good`; an `amount` is a number and a good, `six apples`."""
    if kind == "amount":
        return [f"{n} {good}" for n in words.NUMBERS for good in words.COUNTED]
    return _ONE_OF[kind]


def state(fact: Fact, rng: Random | None = None) -> str:
    """The fact as a clause, in the form that notes use, or in any of its forms where `rng` is given.

    >>> state(Fact("sells", "Tom", "bread"))
    'Tom sells bread'
    """
    forms = FORMS[fact.relation]
    form = forms[0] if rng is None or len(forms) == 1 else forms[rng.randrange(len(forms))]
    return form.format(s=fact.subject, v=fact.value)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def group(name: str, kind: str) -> str:
        if kind == "amount":
            return f"(?P<{name}>(?:{'|'.join(words.NUMBERS)}) (?:{'|'.join(words.COUNTED)}))"
        return f"(?P<{name}>{'|'.join(_ONE_OF[kind])})"

    return tuple(
        (relation, re.compile(form.format(s=group("s", TYPES[relation][0]), v=group("v", TYPES[relation][1]))))
        for relation, forms in FORMS.items()
        for form in forms
    )


@cache
def read(clause: str) -> Fact | None:
    """The fact that a clause states in any form, or None. The inverse of `state`.

    >>> read("bread sells Tom") is None
    True
    """
    for relation, pattern in _patterns():
        if found := pattern.fullmatch(clause):
            return Fact(relation, found["s"], found["v"])
    return None


class Notes(tuple[Fact, ...]):
    """What can be looked up. Text form: one sentence a fact."""

    __slots__ = ()

    def find(self, relation: str, subject: str) -> str | None:
        """The value noted for `relation` of `subject`, or None where the notes are silent."""
        return next((f.value for f in self if f.relation == relation and f.subject == subject), None)

    def who(self, relation: str, value: str) -> list[str]:
        """Every subject for which `relation` gives `value`, in the notes' order."""
        return [f.subject for f in self if f.relation == relation and f.value == value]

    def text(self) -> str:
        """As the system message holds them."""
        return " ".join(f"{state(fact)}." for fact in self)

    @classmethod
    def parse(cls, text: str) -> Notes:
        """Notes from their text form; sentences that state no fact are left out."""
        facts: Iterable[Fact | None] = (read(clause.strip()) for clause in text.split("."))
        return cls(fact for fact in facts if fact is not None)
