"""A scene: notes being written for one conversation, with names that are still free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from eudaimon.worlds.village import words
from eudaimon.worlds.village.facts import Fact, Notes, values


class Scene:
    """Collects facts; every name that it hands out is new to the scene, so that no two situations disturb each other.

    Args:
        rng: draws everything.
        villagers: those who may speak; all other names are strangers to the conversation, spoken of only.
    """

    def __init__(self, rng: Random, villagers: Sequence[str]) -> None:
        self.rng = rng
        self.facts: list[Fact] = []
        self._pools = {"villager": list(villagers), "person": [p for p in words.PEOPLE if p not in set(villagers)]}
        self._free: dict[str, list[str]] = {}

    def fresh(self, kind: str) -> str:
        """A word of a type (`villager`, `person`, `good`, ...) that this scene has not used yet."""
        if kind not in self._free:
            self._free[kind] = list(self._pools.get(kind) or values(kind))
            self.rng.shuffle(self._free[kind])
        return self._free[kind].pop()

    def pick(self, kind: str, apart: Iterable[str] = ()) -> str:
        """Any word of a type but those in `apart`; it may recur in the scene."""
        return self.rng.choice([word for word in self._pools.get(kind) or values(kind) if word not in set(apart)])

    def note(self, relation: str, subject: str, value: str) -> Fact:
        """Writes a fact down."""
        fact = Fact(relation, subject, value)
        self.facts.append(fact)
        return fact

    def notes(self) -> Notes:
        """All facts, in random order."""
        facts = list(self.facts)
        self.rng.shuffle(facts)
        return Notes(facts)


def exchange(notes: Notes, one: Fact, other: Fact) -> Notes:
    """The notes with two facts exchanged: the same words, another world. This is how twins are made.

    Their values change places; where the facts differ in relation and subject, their subjects do, since a place cannot
    be sold.
    """
    if one.relation != other.relation and one.subject != other.subject:
        swapped = {one: one._replace(subject=other.subject), other: other._replace(subject=one.subject)}
    else:
        swapped = {one: one._replace(value=other.value), other: other._replace(value=one.value)}
    return Notes(swapped.get(fact, fact) for fact in notes)
