"""A short list of statements that leaves no large like-minded minority without one of its own.

Justified representation (Aziz, Brill, Conitzer, Elkind, Freeman and Walsh 2017, Soc. Choice Welf. 48): for no
statement outside a slate of size k are there n / k voters who all agree with it and agree with nothing on the slate.
The rule here has two stages.

1. While some statement has n / k supporters who agree with nothing chosen yet, choose among all such statements the one
   whose worst group agrees most. Each choice serves n / k new voters, so that there are at most k, and when none is
   left the condition holds whatever comes after.
2. Fill the slate with the statements whose worst group agrees most.

So representation comes first and bridging decides everything else. Only votes that were cast count as agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices.opinions import AGREE, Floats, Ints, Opinions
from eudaimon.governance.voices.tallies import tally


@dataclass(frozen=True, slots=True)
class Slate:
    """Statements chosen to stand for a conversation.

    Attributes:
        statements: their indices, in the order chosen.
        needed: how many of them were chosen in the first stage, because a minority needed one.
        worst: by statement chosen, the share (A + 1) / (N + 2) that agrees in its worst group.
        represented: share of the voters who agree with at least one of them.
        lowest: the same share, in the group where it is lowest.
    """

    statements: tuple[int, ...]
    needed: int
    worst: tuple[float, ...]
    represented: float
    lowest: float


def choose_slate(opinions: Opinions, labels: Ints, size: int = 5, weights: Floats | None = None) -> Slate:
    """The slate of a conversation.

    Args:
        opinions: of whom.
        labels: (n,), their groups (see `find_groups`); who is in none still counts as a voter.
        size: how many statements.
        weights: (n,), how much each voter counts (see `trust`); by default everybody counts one.

    Raises:
        GovernanceError: there are fewer statements to choose from, or nobody to choose for.
    """
    voted = opinions.counts > 0
    open_ = np.flatnonzero(opinions.admitted)
    if size < 1 or len(open_) < size or not voted.any():
        raise GovernanceError(
            f"a slate of {size} needs as many admitted statements and a voter, but there are {len(open_)} statements "
            f"and {int(voted.sum())} voters; ask for a smaller slate, or import more votes"
        )
    agrees = (opinions.votes[voted] == AGREE)[:, open_]
    counts = np.ones(int(voted.sum())) if weights is None else weights[voted]
    worst = worst_share(opinions, labels, weights)[open_]
    chosen = _justified(agrees, worst, size, counts)
    needed = len(chosen)
    rest = [j for j in np.argsort(-worst, kind="stable") if j not in chosen]
    chosen += [int(j) for j in rest[: size - needed]]
    served = agrees[:, chosen].any(axis=1)
    inside = labels[voted]
    lowest = min((float(served[inside == g].mean()) for g in np.unique(inside[inside >= 0])), default=served.mean())
    statements = tuple(int(open_[j]) for j in chosen)
    return Slate(statements, needed, tuple(float(worst[j]) for j in chosen), float(served.mean()), float(lowest))


def worst_share(opinions: Opinions, labels: Ints, weights: Floats | None = None) -> Floats:
    """By statement, (A + 1) / (N + 2) in the group where it is lowest, (m,); over everybody where there is no group."""
    grouped = labels if (labels >= 0).any() else np.zeros(len(labels), dtype=np.int64)
    return np.asarray(tally(opinions, grouped, weights).agree.share.min(axis=0), dtype=np.float64)


def is_justified(agrees: NDArray[np.bool_], chosen: tuple[int, ...] | list[int]) -> bool:
    """Whether a slate has justified representation, given who agrees with what, (n, m)."""
    unserved = agrees[~agrees[:, list(chosen)].any(axis=1)]
    return bool(unserved.sum(axis=0).max(initial=0) * len(chosen) < len(agrees)) if chosen else not len(agrees)


def _justified(agrees: NDArray[np.bool_], worst: Floats, size: int, counts: Floats) -> list[int]:
    chosen: list[int] = []
    unserved = np.ones(len(agrees), dtype=bool)
    while True:
        support = counts[unserved] @ agrees[unserved]
        cohesive = np.flatnonzero(support * size >= counts.sum())
        if not len(cohesive):
            return chosen
        best = int(cohesive[np.lexsort((-support[cohesive], -worst[cohesive]))[0]])
        chosen.append(best)
        unserved &= ~agrees[:, best]
