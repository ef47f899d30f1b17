"""Other ways to choose a slate, for comparison: by count, by approval, by chance, by published committee rules."""

from __future__ import annotations

from random import Random

import numpy as np

from eudaimon.governance.voices.opinions import AGREE, DISAGREE, Ints, Opinions
from eudaimon.governance.voices.slate import worst_share


def plurality(opinions: Opinions, size: int) -> tuple[int, ...]:
    """The statements that are the favourite of most voters. Votes on statements name no favourite, so each voter's one
    vote is split evenly over all that they agree with (plurality in its cumulative, even form)."""
    agrees = (opinions.votes == AGREE) & opinions.admitted
    each = agrees / np.maximum(1, agrees.sum(axis=1))[:, None]
    return _top(each.sum(axis=0), opinions, size)


def most_approved(opinions: Opinions, size: int) -> tuple[int, ...]:
    """The statements with the largest share (A + 1) / (N + 2) of all who saw them."""
    agreed, seen = (opinions.votes == AGREE).sum(axis=0), (~np.isnan(opinions.votes)).sum(axis=0)
    return _top((agreed + 1) / (seen + 2), opinions, size)


def maximin(opinions: Opinions, labels: Ints, size: int) -> tuple[int, ...]:
    """The statements whose worst group agrees most."""
    return _top(worst_share(opinions, labels), opinions, size)


def at_random(opinions: Opinions, size: int, seed: int) -> tuple[int, ...]:
    """Any statements."""
    return tuple(Random(f"slate {seed}").sample([int(j) for j in np.flatnonzero(opinions.admitted)], size))


def committee(opinions: Opinions, rule: str, size: int) -> tuple[int, ...]:
    """By a rule of abcvoting's (`equal-shares`, `seqpav`, `greedy-monroe`, ...), on the agreements that were cast."""
    from abcvoting import abcrules, preferences

    open_ = [int(j) for j in np.flatnonzero(opinions.admitted)]
    profile = preferences.Profile(len(open_))
    for row in opinions.votes[:, open_] == AGREE:
        if row.any():
            profile.add_voter([int(j) for j in np.flatnonzero(row)])
    winners = abcrules.compute(rule, profile, committeesize=size, resolute=True)[0]
    return tuple(open_[j] for j in winners)


def divisive(opinions: Opinions, size: int) -> tuple[int, ...]:
    """The statements that split voters most evenly: what a blind reader would call the topic's hot questions."""
    agreed, against = (opinions.votes == AGREE).sum(axis=0), (opinions.votes == DISAGREE).sum(axis=0)
    return _top(np.minimum(agreed, against) / np.maximum(1, agreed + against), opinions, size)


def _top(scores: np.ndarray[tuple[int], np.dtype[np.float64]], opinions: Opinions, size: int) -> tuple[int, ...]:
    allowed = np.where(opinions.admitted, scores, -np.inf)
    return tuple(int(j) for j in np.argsort(-allowed, kind="stable")[:size])
