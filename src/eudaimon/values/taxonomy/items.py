"""Questions made from traditions, until every value has enough that tell something: coverage drives what is asked next.

An item says what a value is and asks which of two acts is in keeping with it. It tells something if the other act is in
keeping with a value that shares no idea with it, and if counting shared words does not give the answer away. The answer
stands first and second equally often.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from eudaimon.values.taxonomy.tradition import Tradition, Value, values_of

COMMON = frozenset(
    "a an and as at by for from has have he her him his in is it its not of on one or she that the their them they to "
    "was what which who with would".split()
)


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes:
        id: `tradition/value/number`.
        value: whose.
        question: with both acts in it, as A and B.
        answer: `A` or `B`.
        other: the value that the other act is in keeping with.
    """

    id: str
    value: str
    question: str
    answer: str
    other: str

    @property
    def sample(self) -> dict[str, object]:
        """As a sample that Inspect's `json_dataset` reads."""
        return {
            "id": self.id,
            "input": self.question,
            "choices": ["A", "B"],
            "target": self.answer,
            "metadata": {"value": self.value, "other": self.other},
        }


def items(traditions: Sequence[Tradition], each: int = 4, seed: int = 0) -> list[Item]:
    """At most `each` items for every value, those that have fewest first."""
    known, made = values_of(traditions), list[Item]()
    queues = {name: _others(name, known, seed) for name in known}
    counts = dict.fromkeys(known, 0)
    while open_ := [name for name in known if counts[name] < each and queues[name]]:
        name = min(open_, key=lambda one: counts[one])
        other = queues[name].pop(0)
        first = (counts[name] + len(made)) % 2 == 0
        made.append(_item(name, other, known, counts[name], first=first))
        counts[name] += 1
    return made


def coverage(traditions: Sequence[Tradition], made: Sequence[Item], least: int = 4) -> float:
    """The share of values with so many items or more."""
    known = values_of(traditions)
    return sum(sum(item.value == name for item in made) >= least for name in known) / len(known)


def given_away(gloss: str, act: str, other: str) -> bool:
    """Whether the act shares more words with the gloss than the other act does."""
    return len(_words(gloss) & _words(act)) > len(_words(gloss) & _words(other))


def _others(name: str, known: Mapping[str, Value], seed: int) -> list[str]:
    """Values whose acts can stand against this one's, in an order drawn for it."""
    value = known[name]
    fits = [
        other
        for other, one in known.items()
        if not set(one.means) & set(value.means) and not given_away(value.gloss, value.act, one.act)
    ]
    Random(f"{seed}/{name}").shuffle(fits)
    return fits


def _item(name: str, other: str, known: Mapping[str, Value], number: int, *, first: bool) -> Item:
    value = known[name]
    acts = (value.act, known[other].act) if first else (known[other].act, value.act)
    question = (
        f'Some people hold this good: "{value.gloss}" Which of two acts is more in keeping with it?\n'
        f"A: {acts[0]}\nB: {acts[1]}\nAnswer with A or B."
    )
    return Item(f"{name}/{number}", name, question, "A" if first else "B", other)


def _words(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]+", text.casefold()) if word not in COMMON}
