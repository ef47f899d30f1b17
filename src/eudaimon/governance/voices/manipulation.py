"""What somebody can do to a conversation by voting many times over, and how far it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from eudaimon.governance.voices.groups import find_groups
from eudaimon.governance.voices.opinions import AGREE, DISAGREE, Floats, Opinions
from eudaimon.governance.voices.slate import choose_slate
from eudaimon.governance.voices.tallies import tally

STRATEGIES = ("push", "mimic", "bloc")
Weigh = Callable[[Opinions], Floats]


@dataclass(frozen=True, slots=True)
class Attack:
    """What came of false voters.

    Attributes:
        strategy: how they voted (see `with_sybils`).
        target: the statement that they were for.
        moved: share of the pairs of admitted statements whose order by group-informed consensus is reversed, the
            target's pairs left out, since moving those is what they came for.
        moved_weighted: the same by consensus that is weighted by the groups' sizes.
        rank_before, rank_after: of the target by group-informed consensus, 0 the highest.
        chosen: whether the target came to be on the slate without having been there.
    """

    strategy: str
    target: int
    moved: float
    moved_weighted: float
    rank_before: int
    rank_after: int
    chosen: bool


def with_sybils(
    opinions: Opinions, share: float, target: int, strategy: str, seed: int = 0, noise: float = 0.0
) -> Opinions:
    """The conversation with ceil(share n) false participants added.

    Args:
        opinions: the honest ones.
        share: false voters, as a share of the honest.
        target: the statement that they agree with.
        strategy: `push` votes for the target and against everything else; `mimic` copies the votes of honest people and
            votes for the target; `bloc` votes the exact opposite of the mean opinion, to found a group of its own.
        seed: of whom they copy.
        noise: the share of their other votes that they cast by chance, so as not to look alike.
    """
    rng, count = np.random.default_rng(seed), int(np.ceil(share * len(opinions.participants)))
    copied = opinions.votes[rng.integers(len(opinions.participants), size=count)]
    if strategy == "push":
        false = np.where(np.isnan(copied), np.nan, DISAGREE)
    elif strategy == "bloc":
        mean = np.sign(np.nan_to_num(np.nansum(opinions.votes, axis=0)))
        false = np.where(np.isnan(copied), np.nan, -mean)
    else:
        false = copied.copy()
    by_chance = rng.choice([AGREE, 0.0, DISAGREE], size=false.shape)
    false = np.where(~np.isnan(false) & (rng.random(false.shape) < noise), by_chance, false)
    false[:, target] = AGREE
    names = tuple(f"sybil-{seed}-{i}" for i in range(count))
    published = (*opinions.published, *("" for _ in names)) if opinions.published else ()
    return replace(
        opinions,
        participants=(*opinions.participants, *names),
        votes=np.vstack([opinions.votes, false]),
        published=published,
    )


def attack(
    opinions: Opinions,
    target: int,
    strategy: str,
    share: float = 0.1,
    size: int = 5,
    seed: int = 0,
    noise: float = 0.0,
    weigh: Weigh | None = None,
) -> Attack:
    """What false voters of one strategy change; groups are found anew with them inside, as an operator would.

    Args:
        opinions: the honest ones.
        target, strategy, share, seed, noise: as for `with_sybils`.
        size: of the slate.
        weigh: how much each voter counts, false and honest alike (see `trust`); by default everybody counts one.
    """
    attacked = with_sybils(opinions, share, target, strategy, seed, noise)
    counts = [weigh(one) if weigh else None for one in (opinions, attacked)]
    both = list(zip((opinions, attacked), counts, strict=True))
    (before, weighed), (after, reweighed) = (_scores(one, some) for one, some in both)
    open_ = np.flatnonzero(opinions.admitted)
    rest = open_[open_ != target]
    slates = [choose_slate(one, find_groups(one, weights=some).labels, size, some).statements for one, some in both]
    return Attack(
        strategy,
        target,
        reversed_pairs(before[rest], after[rest]),
        reversed_pairs(weighed[rest], reweighed[rest]),
        int((before[open_] > before[target]).sum()),
        int((after[open_] > after[target]).sum()),
        target in slates[1] and target not in slates[0],
    )


def reversed_pairs(one: Floats, other: Floats) -> float:
    """Share of the pairs that two scores (m,) order oppositely; ties in either are no reversal."""
    if len(one) < 2:
        return 0.0
    first, second = np.sign(one[:, None] - one[None]), np.sign(other[:, None] - other[None])
    return float((first * second < 0).sum() / (len(one) * (len(one) - 1)))


def _scores(opinions: Opinions, weights: Floats | None) -> tuple[Floats, Floats]:
    """Group-informed consensus, plain and weighted."""
    found = find_groups(opinions, weights=weights)
    tallies = tally(opinions, found.labels, weights)
    counts = np.ones(len(found.labels)) if weights is None else weights
    sizes = [float(counts[found.labels == group].sum()) for group in range(found.count)]
    return tallies.consensus, tallies.weighted_consensus(sizes)
