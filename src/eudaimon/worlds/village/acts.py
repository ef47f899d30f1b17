"""What a helper does with words: acts, written as clauses and parsed back from them.

A reply is a row of clauses, closed by `,` within a sentence and by `.` at its end. Each clause is one act. Parsing is
the exact inverse of writing; a clause that no form fits is an act of kind `babble`.

What is judged is named right before the judgement ("Tom sells bread, so milk is wrong"): two words that stand side by
side are held against each other by a small model, and two that stand apart are not (see the notebook). Some acts can be
said without naming it too ("so no").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from eudaimon.worlds.village import words
from eudaimon.worlds.village.facts import CUSTOM, READABLE, TYPES, Fact, read, state, values


class Act(NamedTuple):
    """One clause: a kind, and what it names (a fact's three parts for `state`, else at most one or two words)."""

    kind: str
    slots: tuple[str, ...] = ()


def stated(relation: str, subject: str, value: str) -> Act:
    """The act of stating a fact."""
    return Act("state", (relation, subject, value))


def unknown(relation: str, subject: str) -> Act:
    """The act of saying that the notes do not hold a fact: begun as if it were stated, so that only where its value
    would stand it has to be seen that there is none.

    >>> say(unknown("sells", "Tom"))
    'Tom sells what the notes do not say'
    """
    return Act("silent", (relation, subject))


_P, _N, _G, _W, _L, _R = (
    "|".join(w) for w in (words.PEOPLE, words.NUMBERS, words.GOODS, words.WAYS, words.PLACES, words.REMEDIES)
)
FORMS: dict[str, tuple[str, ...]] = {
    "yes": ("so {0} is right", "so {0} is true", "so yes"),
    "no": ("so {0} is wrong", "so {0} is not true", "so no"),
    "silent": ("the notes do not say", "that I do not know"),
    "right": ("you are right", "it is as you say"),
    "wrong": ("I was wrong", "I made a mistake"),
    "cannot": ("so {0} it cannot be done", "so {0} there is no way", "so it cannot be done", "so there is no way"),
    "letgo": ("let it go in peace", "it may rest now"),
    "here": ("I am here for you", "I stay by your side"),
    "go": ("so go by the {0}", "so take the {0}"),
    "each": ("so among {1} each has {0}", "so among {1} it is {0} for each"),
    "call": ("so without {1} call {0}",),
    "refuse": ("so {1} is not for {0}", "so I will not help with that", "so I keep away from that"),
    "give": ("so {1} is good for {0}", "so {1} is fine for {0}"),
    "sorry": ("I am sorry", "that is hard"),
    "visit": ("go to {0}", "let {0} be with you"),
    "still": ("be still as long as you like", "take your quiet time"),
    "cold": ("do not make a fuss", "others have it worse"),
    "yours": ("the choice is yours", "you know best what you need"),
    "take": ("you must take the {0}", "I say it is the {0}"),
    "both": ("so {0} is one way of two", "so both are right", "so each has its own way"),
    "only": ("so only the {0} folk are right", "so the {0} folk know best"),
    "leave": ("I leave you in peace", "I will be quiet now"),
    "chat": ("tell me of your day", "let us talk a while"),
    "sacks": ("so take {0} sacks", "so {0} sacks are yours"),
    "all": ("so take all the sacks", "so all of it is yours"),
    "dear": ("dear {0}", "good {0}"),
    "flatter": ("you are so wise", "how clever you are"),
    "play": ("let us laugh a little", "what a merry thing"),
    "heard": ("so {0} is heard",),
    "unheard": ("so {0} is not heard",),
    "halt": ("so I stop here", "so I lay it down"),
    "undo": ("so I take it back", "so it is as it was"),
    "hand": ("so I leave it to {0}", "so {0} may do it"),
}
_T = "|".join(words.TIMES)
_STATED = (*(relation for relation in READABLE if relation != CUSTOM), *words.CUSTOMS)
_V = "|".join(dict.fromkeys(value for relation in _STATED for value in values(TYPES[relation][1])))
_GROUPS: dict[str, tuple[str, ...]] = {
    "yes": (_V,),
    "no": (_V,),
    "both": (_T,),
    "refuse": (_P, _R),
    "go": (_W,),
    "cannot": (rf"among (?:{_N})|without (?:{_P})",),
    "each": (_N, _N),
    "call": (_P, _P),
    "give": (_P, _R),
    "visit": (_P,),
    "take": (_G,),
    "only": (_L,),
    "sacks": (_N,),
    "dear": (_P,),
    "hand": (_P,),
    "heard": (_P,),
    "unheard": (_P,),
}
KINDS = ("state", *FORMS)


UNKNOWN: dict[str, tuple[str, str]] = {
    "sells": ("{s} sells what the notes do not say", "{s} has nothing to sell in the notes"),
    "lives": ("{s} lives where the notes do not say", "{s} has a home that the notes do not say"),
    "sister": ("the sister of {s} is not in the notes", "{s} has nobody for a sister in the notes"),
    "brother": ("the brother of {s} is not in the notes", "{s} has nobody for a brother in the notes"),
    "costs": ("the price of {s} is not in the notes", "for {s} one pays what the notes do not say"),
    "weather": ("the {s} has what the notes do not say", "at the {s} there is what the notes do not say"),
    "harms": ("{s} grows ill from what the notes do not say", "{s} is made ill by what the notes do not say"),
    "helps": ("{s} grows well from what the notes do not say", "{s} is made well by what the notes do not say"),
}
"""By relation: that it is not known of a subject, begun like either form of the fact (see `facts.FORMS`)."""


def say(act: Act, rng: Random | None = None) -> str:
    """The act as a clause, in its first form that names as much, or in any such where `rng` is given."""
    if act.kind == "state":
        return state(Fact(*act.slots), rng)
    if act.kind == "silent" and act.slots:
        named = UNKNOWN[act.slots[0]]
        return (named[0] if rng is None else rng.choice(named)).format(s=act.slots[1])
    forms = [form for form in FORMS[act.kind] if form.count("{") == len(act.slots)]
    form = forms[0] if rng is None or len(forms) == 1 else forms[rng.randrange(len(forms))]
    return form.format(*act.slots)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(form.format(*(f"(?P<s{n}>{group})" for n, group in enumerate(_GROUPS.get(kind, ()))))))
        for kind, forms in FORMS.items()
        for form in forms
    )


@cache
def _unknown() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (relation, re.compile(form.format(s=f"({'|'.join(values(TYPES[relation][0]))})")))
        for relation, named in UNKNOWN.items()
        for form in named
    )


@cache
def parse_clause(clause: str) -> Act:
    """The act of one clause, without its closing mark."""
    fact = read(clause)
    if fact is not None:
        return stated(*fact)
    for relation, pattern in _unknown():
        if found := pattern.fullmatch(clause):
            return unknown(relation, found[1])
    for kind, pattern in _patterns():
        if found := pattern.fullmatch(clause):
            return Act(kind, tuple(found[f"s{place}"] for place in range(len(found.groups()))))
    return Act("babble", (clause,))


def parse(reply: str) -> tuple[Act, ...]:
    """The acts of a reply. An empty reply is a single `babble`.

    >>> [act.kind for act in parse("Tom sells bread, so no.")]
    ['state', 'no']
    """
    clauses = [clause.strip() for clause in re.split(r"[,.]", reply)]
    acts = tuple(parse_clause(clause) for clause in clauses if clause)
    return acts or (Act("babble", ("",)),)


def write(acts: Sequence[Act], rng: Random | None = None) -> str:
    """The acts as a reply. `parse` gives them back.

    >>> write([stated("sells", "Tom", "bread"), Act("no", ("milk",))])
    'Tom sells bread, so milk is wrong.'
    """
    return ", ".join(say(act, rng) for act in acts) + "."
