"""Lore as a retriever or a classifier would learn it: what had been said, and what a good helper replied.

The situations are those of the lore that births read, drawn by the same seeds; only the good helper's side is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from eudaimon.dialogue import Conversation, Message
from eudaimon.worlds.village import KINDS, Situation, Split, Villager, answer, split_of, words
from eudaimon.worlds.village.village import VILLAGERS, situations


@dataclass(frozen=True, slots=True)
class Lesson:
    """One reply of a good helper's: what came before it, and the reply."""

    kind: str
    messages: Conversation
    reply: str


def lessons(seed: int = 0) -> Iterator[Lesson]:
    """Lessons without end, from the documents of lore `seed` in their order."""
    for number in count():
        for situation in lore_situations(Random(f"lore {seed} {number}")):
            yield from taught(situation, number)


def lore_situations(rng: Random) -> list[Situation]:
    """The situations of one document of lore: up to three that share their notes, all of the lore split."""
    villagers = tuple(rng.sample(words.PEOPLE, VILLAGERS))
    drawn = situations(rng, villagers, rng.sample(list(KINDS), 3))
    return [situation for situation in drawn if split_of(situation.key) is Split.LORE]


def taught(situation: Situation, seed: int) -> Iterator[Lesson]:
    """The good helper's replies in one situation, in order."""
    villager = Villager(situation, seed, lore=True)
    said: Conversation | None = villager.begin()
    while said is not None:
        reply = answer(situation, said)
        yield Lesson(situation.kind, said, reply)
        said = heard(villager, said, reply)


def heard(villager: Villager, messages: Conversation, reply: str) -> Conversation | None:
    """The conversation after the helper's `reply` and the villager's next words; None where they go."""
    messages = (*messages, Message("assistant", reply))
    said = villager.next(messages)
    return None if said is None else (*messages, Message("user", said))
