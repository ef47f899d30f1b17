"""Who can make what happen: the simple game that demands on a subject make of the centres.

A coalition wins if one of its members is competent for the subject, and every demand on it is met by the weights of its
members: an intersection of weighted voting games, in which form every simple game can be written (Taylor and Zwicker
1999, "Simple games"). Up to 20 centres, all coalitions are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from math import factorial

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import GovernanceError
from eudaimon.governance.kernel import State

MOST = 20


@dataclass(frozen=True)
class Game:
    """A simple game.

    Attributes:
        subject: what is decided.
        players: ids of the centres.
        wins: (2^n,), whether the coalition wins whose members are the bits of its index.
    """

    subject: str
    players: tuple[str, ...]
    wins: NDArray[np.bool_]

    @cached_property
    def swings(self) -> NDArray[np.int64]:
        """(n, n): by player and by size of the coalition without them, how often they turn it into a winning one."""
        n = len(self.players)
        index = np.arange(2**n)
        size = _sizes(n)
        table = np.zeros((n, max(n, 1)), dtype=np.int64)
        for player in range(n):
            without = index[(index >> player) & 1 == 0]
            pivotal = without[~self.wins[without] & self.wins[without | (1 << player)]]
            table[player] = np.bincount(size[pivotal], minlength=max(n, 1))
        return table

    def shapley_shubik(self) -> dict[str, float]:
        """phi_i = sum over coalitions that i turns, of s! (n - s - 1)! / n! (Shapley and Shubik 1954); sums to 1 where
        anything can be decided."""
        n = len(self.players)
        weights = np.asarray([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
        return dict(zip(self.players, (self.swings @ weights).tolist() if n else [], strict=True))

    def banzhaf(self) -> dict[str, float]:
        """The normalised Banzhaf index (1965): each one's share of all swings; 0 where there are none."""
        turned = self.swings.sum(axis=1)
        return dict(zip(self.players, (turned / max(1, turned.sum())).tolist(), strict=True))

    def capture(self) -> tuple[str, ...]:
        """The fewest centres that an adversary must hold to force the act; empty where nobody can do it."""
        return self._smallest(self.wins)

    def block(self) -> tuple[str, ...]:
        """The fewest centres without which the act cannot be done: whose loss or refusal is a deadlock."""
        everybody = len(self.wins) - 1
        return self._smallest(~self.wins[everybody - np.arange(len(self.wins))])

    def vetoes(self) -> tuple[str, ...]:
        """Centres that every winning coalition holds."""
        held = np.flatnonzero(self.wins)
        return tuple(p for i, p in enumerate(self.players) if len(held) and ((held >> i) & 1).all())

    def decided(self, willing: float) -> float:
        """The chance that the act is done if each centre signs with this probability, each for itself."""
        n, size = len(self.players), _sizes(len(self.players))
        return float((self.wins * willing**size * (1 - willing) ** (n - size)).sum())

    def _smallest(self, which: NDArray[np.bool_]) -> tuple[str, ...]:
        found = np.flatnonzero(which)
        if not len(found):
            return ()
        best = int(found[np.argmin(_sizes(len(self.players))[found], axis=0)])
        return tuple(p for i, p in enumerate(self.players) if (best >> i) & 1)


def game_of(state: State, subject: str, now: str = "") -> Game:
    """The game on a subject among the centres that sit.

    Raises:
        GovernanceError: there are more of them than can be looked at.
    """
    now = now or state.now
    sitting = state.sitting(now)
    if len(sitting) > MOST:
        raise GovernanceError(
            f"power is computed for up to {MOST} centres, and {len(sitting)} sit; ask by jurisdiction"
        )
    names = tuple(one.id for one in sitting)
    index = np.arange(2 ** len(names))
    held = [(index >> i) & 1 for i in range(len(names))]
    wins = np.zeros(len(index), dtype=bool)
    for place, centre in enumerate(sitting):
        if any(fnmatchcase(subject, pattern) for pattern in centre.scope):
            wins |= held[place] == 1
    for demand in state.demands_on(subject):
        total = sum((demand.weights.get(name, 0) * held[i] for i, name in enumerate(names)), np.zeros(len(index), int))
        wins &= total >= demand.quota
    return Game(subject, names, wins)


def _sizes(n: int) -> NDArray[np.int64]:
    """(2^n,), how many bits each index has."""
    return np.asarray([int(i).bit_count() for i in range(2**n)], dtype=np.int64)
