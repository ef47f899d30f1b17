"""What each group says of each statement, and how that differs from everybody else: Polis's statistics.

With A agreeing and N voting (passes included) in group g, and the same of everybody else marked by a bar:

    p  = (A + 1) / (N + 2)                                                           share that agrees
    z  = 2 sqrt(N + 1) ((A + 1) / (N + 1) - 1/2)                                     is it more than half?
    r  = p / p_bar                                                                   representativeness
    zr = (q - q_bar) / sqrt(h (1 - h) (1 / (N + 1) + 1 / (N_bar + 1)))               is it more than elsewhere?

where q = (A + 1) / (N + 1) and h pools the two; the same for disagreeing (Small et al. 2021, and Polis's code). The
group-informed consensus of a statement is the product of p over groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eudaimon.governance.voices.opinions import AGREE, DISAGREE, Floats, Ints, Opinions


@dataclass(frozen=True, slots=True)
class Side:
    """One side (agreeing or disagreeing) of every statement in every group; all arrays are (g, m).

    Attributes:
        votes: how many take it, or what they weigh together.
        share: p.
        test: z of more than half.
        repness: r.
        repness_test: zr of more than elsewhere.
    """

    votes: Ints | Floats
    share: Floats
    test: Floats
    repness: Floats
    repness_test: Floats

    @property
    def metric(self) -> Floats:
        """By which Polis ranks representative statements: r zr p z."""
        return self.repness * self.repness_test * self.share * self.test


@dataclass(frozen=True, slots=True)
class Tallies:
    """Everything that is counted.

    Attributes:
        agree, disagree: the two sides.
        seen: (g, m), how many of the group voted, passes included, or what they weigh.
    """

    agree: Side
    disagree: Side
    seen: Ints | Floats

    @property
    def consensus(self) -> Floats:
        """Group-informed consensus on agreeing, (m,): the product over groups of (A + 1) / (N + 2)."""
        return np.asarray(self.agree.share.prod(axis=0), dtype=np.float64)

    def weighted_consensus(self, sizes: Sequence[float]) -> Floats:
        """The product over groups of ((A + 1) / (N + 2)) ** (size / all), (m,): consensus by size, so that a small
        group of false voters has a small say, and a small group of honest ones too."""
        share = np.asarray(sizes, dtype=np.float64) / max(1, sum(sizes))
        return np.asarray(np.exp(share @ np.log(self.agree.share)), dtype=np.float64)

    @property
    def rejection(self) -> Floats:
        """The same on disagreeing, (m,)."""
        return np.asarray(self.disagree.share.prod(axis=0), dtype=np.float64)


def tally(opinions: Opinions, labels: Ints | None = None, weights: Floats | None = None) -> Tallies:
    """The tallies of a conversation.

    Args:
        opinions: of whom.
        labels: (n,), their groups, -1 for who is in none; by default all are in one.
        weights: (n,), how much each counts (see `trust`); by default everybody counts one.
    """
    votes = opinions.votes
    labels = np.zeros(len(votes), dtype=np.int64) if labels is None else labels
    member: Ints | Floats = np.asarray([labels == g for g in range(int(labels.max(initial=-1)) + 1)], dtype=np.int64)
    member = member.reshape(len(member), len(votes))
    if weights is not None:
        member = member * weights
    seen = member @ (~np.isnan(votes)).astype(np.int64)
    agree, disagree = (_side(member @ (votes == side).astype(np.int64), seen) for side in (AGREE, DISAGREE))
    return Tallies(agree, disagree, seen)


def _side(took: Ints | Floats, seen: Ints | Floats) -> Side:
    rest_took, rest_seen = took.sum(axis=0) - took, seen.sum(axis=0) - seen
    share = (took + 1) / (seen + 2)
    return Side(
        took,
        share,
        2 * np.sqrt(seen + 1) * ((took + 1) / (seen + 1) - 0.5),
        share / ((rest_took + 1) / (rest_seen + 2)),
        _two_proportions(took + 1, rest_took + 1, seen + 1, rest_seen + 1),
    )


def _two_proportions(
    took: Ints | Floats, rest_took: Ints | Floats, seen: Ints | Floats, rest_seen: Ints | Floats
) -> Floats:
    pooled = (took + rest_took) / (seen + rest_seen)
    spread = pooled * (1 - pooled) * (1 / seen + 1 / rest_seen)
    apart = took / seen - rest_took / rest_seen
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 1e-15, apart / np.sqrt(np.maximum(spread, 0)), 0.0), dtype=np.float64)
