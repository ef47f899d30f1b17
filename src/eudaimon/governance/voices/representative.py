"""Which statements stand for a group, and which for everybody: Polis's selection, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from eudaimon.governance.voices.opinions import Floats, Opinions
from eudaimon.governance.voices.tallies import Side, Tallies, tally

Z90 = 1.2815515655446004
"""One-sided 90% of the normal distribution."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement that stands for a group, or for everybody.

    Attributes:
        statement: its index.
        side: whether they agree or disagree with it.
        votes, seen: how many take that side, of how many.
        share, test: p and z of that side (see `tallies`).
        repness, repness_test: r and zr against everybody else; 1 and 0 where it stands for everybody.
        best: whether it is the one that the group agrees with most, which is always shown.
    """

    statement: int
    side: Literal["agree", "disagree"]
    votes: int
    seen: int
    share: float
    test: float
    repness: float = 1.0
    repness_test: float = 0.0
    best: bool = False

    @property
    def metric(self) -> float:
        """By which they are ordered."""
        return self.repness * self.repness_test * self.share * self.test


def representative(opinions: Opinions, tallies: Tallies, most: int = MOST) -> list[list[Standing]]:
    """For each group, the statements that set it apart: at most `most`, those that it agrees with first.

    Sufficient are those that a group takes one side of by more than half and more than others do, both at 90%. Where
    there are none the best one is taken. The one that the group agrees with most stands among them in any case.
    """
    admitted = np.flatnonzero(opinions.admitted)
    return [_of_group(tallies, group, admitted, most) for group in range(len(tallies.seen))]


def consensus(opinions: Opinions, most: int = MOST) -> dict[str, list[Standing]]:
    """What people agree on across all groups, and what they reject: more than half, at 90%, at most `most` each."""
    everybody = tally(opinions)
    admitted = np.flatnonzero(opinions.admitted)
    found: dict[str, list[Standing]] = {}
    for name, side in (("agree", everybody.agree), ("disagree", everybody.disagree)):
        share, test = side.share[0], side.test[0]
        passing = [j for j in admitted if share[j] > 0.5 and test[j] > Z90]
        ranked = sorted(passing, key=lambda j: -share[j] * test[j])[:most]
        found[name] = [_standing_for_all(everybody, int(j), "agree" if name == "agree" else "disagree") for j in ranked]
    return found


def _standing_for_all(everybody: Tallies, j: int, side: Literal["agree", "disagree"]) -> Standing:
    one = everybody.agree if side == "agree" else everybody.disagree
    votes, seen = int(one.votes[0, j]), int(everybody.seen[0, j])
    return Standing(j, side, votes, seen, float(one.share[0, j]), float(one.test[0, j]))


def _of_group(
    tallies: Tallies, g: int, admitted: Floats | np.ndarray[tuple[int], np.dtype[np.intp]], most: int
) -> list[Standing]:
    agree, disagree = tallies.agree, tallies.disagree
    enough: list[Standing] = []
    best: Standing | None = None
    agreed: int | None = None
    for j in (int(j) for j in admitted):
        if _passes(agree, g, j) or _passes(disagree, g, j):
            enough.append(_standing(tallies, g, j))
        higher = max(agree.repness_test[g, j], disagree.repness_test[g, j])
        if not enough and (best is None or higher > best.repness_test):
            best = _standing(tallies, g, j)
        if _agrees_better(tallies, g, j, agreed):
            agreed = j
    head = None if agreed is None else _standing(tallies, g, agreed, best=True)
    if not enough:
        return [one for one in (head or best,) if one is not None]
    rest = sorted((one for one in enough if one.statement != agreed), key=lambda one: -one.metric)
    chosen = ([head] if head else []) + rest
    return sorted(chosen[:most], key=lambda one: one.side)


def _passes(side: Side, g: int, j: int) -> bool:
    return bool(side.repness_test[g, j] > Z90 and side.test[g, j] > Z90)


def _agrees_better(tallies: Tallies, g: int, j: int, current: int | None) -> bool:
    """Whether the group agrees with statement `j` better than with the `current` best."""
    side = tallies.agree
    if side.votes[g, j] == 0 and tallies.disagree.votes[g, j] == 0:
        return False
    if current is None:
        return bool(side.test[g, j] > Z90 or (side.repness[g, j] > 1 and side.share[g, j] > 0.5))
    if side.repness[g, current] > 1:
        return bool(side.metric[g, j] > side.metric[g, current])
    return bool(side.share[g, j] * side.test[g, j] > side.share[g, current] * side.test[g, current])


def _standing(tallies: Tallies, g: int, j: int, best: bool = False) -> Standing:
    agreeing = tallies.agree.repness_test[g, j] > tallies.disagree.repness_test[g, j]
    side = tallies.agree if agreeing else tallies.disagree
    return Standing(
        j,
        "agree" if agreeing else "disagree",
        int(side.votes[g, j]),
        int(tallies.seen[g, j]),
        float(side.share[g, j]),
        float(side.test[g, j]),
        float(side.repness[g, j]),
        float(side.repness_test[g, j]),
        best,
    )
