"""What the test split shares with lore: canonical situations (none may be), and runs of words.

The split is a function of the canonical situation, so equal keys cannot lie in two splits; counting them shows that it
holds. Two further counts show what the key does not: situations that are equal but for the name of their side (where a
kind's sides do not differ, they are duplicates), and the longest likeness in words, by 8-grams with names masked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from random import Random

from eudaimon.evals.lessons import lore_situations
from eudaimon.evals.templates import masked
from eudaimon.worlds.village import Situation, Split, Villager, Visit

N = 8
Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What test situations of one kind share with lore.

    Attributes:
        lore, test: how many situations of the kind were looked at; `distinct` of them in lore had different keys.
        duplicates: test situations whose key is in lore; must be 0.
        sideless: test situations that are in lore but for the name of the side.
        grams: share of a test text's masked 8-grams that some text of lore holds; mean over texts.
        highest: the same for the test text that shares most.
        asks: how many different first asks the test situations hold, names masked.
        unheard: share of test situations whose first ask, so masked, no situation of lore holds.
    """

    lore: int
    distinct: int
    test: int
    duplicates: int
    sideless: int
    grams: float
    highest: float
    asks: int
    unheard: float


def overlaps(kinds: Iterable[str], documents: int = 20_000, each: int = 200, seed: int = 0) -> dict[str, Overlap]:
    """The overlap by kind, between the first `documents` of lore and `each` test visits of every kind."""
    lore: dict[str, list[Situation]] = {kind: [] for kind in kinds}
    for number in range(documents):
        for situation in lore_situations(Random(f"lore {seed} {number}")):
            if situation.kind in lore:
                lore[situation.kind].append(situation)
    known = {
        gram
        for some in lore.values()
        for number, one in zip(count(), some)
        for gram in grams(Villager(one, number, lore=True))
    }
    return {kind: _overlap(some, _test(kind, each), known) for kind, some in lore.items()}


def grams(villager: Villager) -> set[Gram]:
    """The masked 8-grams of all that is said before the helper's first reply."""
    words = [word for message in villager.begin() for word in masked(message.content).split()]
    return {tuple(words[i : i + N]) for i in range(len(words) - N + 1)}


def sideless(situation: Situation) -> tuple[object, ...]:
    """The canonical situation without the name of its side."""
    return (situation.kind, tuple(sorted(situation.roles.items())), tuple(sorted(situation.focal)))


def _test(kind: str, each: int) -> list[Situation]:
    return [Visit(0, f"overlap {kind} {n}", Split.TEST, (kind,)).situation() for n in range(each)]


def _overlap(lore: list[Situation], test: list[Situation], known: set[Gram]) -> Overlap:
    keys, bare = {one.key for one in lore}, {sideless(one) for one in lore}
    people = [Villager(one, 10**6 + n) for n, one in enumerate(test)]
    shares = [len(mine & known) / max(1, len(mine)) for mine in map(grams, people)]
    heard = {_first(Villager(one, n, lore=True)) for n, one in enumerate(lore)}
    asks = [_first(one) for one in people]
    return Overlap(
        lore=len(lore),
        distinct=len(keys),
        test=len(test),
        duplicates=sum(one.key in keys for one in test),
        sideless=sum(sideless(one) in bare for one in test),
        grams=sum(shares) / len(shares),
        highest=max(shares),
        asks=len(set(asks)),
        unheard=sum(ask not in heard for ask in asks) / len(asks),
    )


def _first(villager: Villager) -> str:
    """The first ask, names masked."""
    return masked(villager.begin()[1].content)
