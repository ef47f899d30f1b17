"""Whether two who map traditions onto each other agree: by which pairs of values each joins.

Chance-corrected agreement is Cohen's kappa (1960) over all pairs of values of different traditions; a mapper that gives
degrees instead of yes or no is held against the other by the area under the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from eudaimon.values.pluralism import Embed, words
from eudaimon.values.taxonomy.tradition import Tradition, crosswalk, values_of

Pair = tuple[str, str]
Mapped = Mapping[Pair, float]
"""How strongly each pair of values of different traditions is joined, 0 for not at all."""


def by_ideas(traditions: Sequence[Tradition]) -> Mapped:
    """By the ideas that values share."""
    found = dict.fromkeys(_pairs(traditions), 0.0)
    for link in crosswalk(traditions):
        pair = (link.one, link.other) if (link.one, link.other) in found else (link.other, link.one)
        found[pair] = max(found[pair], link.strength)
    return found


def by_texts(traditions: Sequence[Tradition], embed: Embed = words, acts: bool = False) -> Mapped:
    """By how alike glosses (with or without acts) are as vectors; by words, or by an encoder that is handed in."""
    known = values_of(traditions)
    texts = [f"{one.gloss} {one.act}" if acts else one.gloss for one in known.values()]
    vectors = dict(zip(known, embed(texts, texts), strict=True))
    return {(one, other): float(vectors[one] @ vectors[other]) for one, other in _pairs(traditions)}


def kappa(one: Mapped, other: Mapped) -> float:
    """Agreement on which pairs are joined; each joins as many as the one who joins fewer, the strongest."""
    pairs = list(one)
    count = min(sum(some[pair] > 0 for pair in pairs) for some in (one, other))
    a, b = (_strongest([some[pair] for pair in pairs], count) for some in (one, other))
    agreed, chance = float((a == b).mean()), float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def area(joined: Mapped, degrees: Mapped, when: Callable[[float], bool] = lambda strength: strength >= 0.49) -> float:
    """How well degrees tell pairs that are joined closely from those that are not joined at all (chance: .5)."""
    from scipy.stats import rankdata

    yes = [degrees[pair] for pair, strength in joined.items() if when(strength)]
    no = [degrees[pair] for pair, strength in joined.items() if strength == 0]
    ranks = rankdata([*yes, *no])[: len(yes)]
    return float((ranks.sum() - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no)))


def _pairs(traditions: Sequence[Tradition]) -> list[Pair]:
    every = combinations(values_of(traditions), 2)
    return [(one, other) for one, other in every if one.split("/")[0] != other.split("/")[0]]


def _strongest(strengths: Sequence[float], count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chosen = np.zeros(len(strengths), dtype=np.bool_)
    chosen[np.argsort(-np.asarray(strengths), kind="stable")[:count]] = True
    return chosen
