"""What it costs to capture: the cheapest way to hold a winning coalition, found by exact search.

An attacker can pay a centre's bribe, or buy an exploit once and hold every centre that has that flaw; centres that were
built alike share flaws, so that many of them may cost no more than one. Every set of exploits is tried, and for each of
them every winning coalition: a best response, not a heuristic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.governance.power.game import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Attack:
    """The cheapest attack.

    Attributes:
        cost: of all that is bought; infinite where nothing can be captured.
        exploits: indices of the flaws that are bought.
        bribed: ids of the centres that are bribed.
    """

    cost: float
    exploits: tuple[int, ...]
    bribed: tuple[str, ...]


def cheapest_attack(game: Game, bribes: Floats, flaws: NDArray[np.bool_], prices: Floats) -> Attack:
    """The cheapest attack on a game.

    Args:
        game: of n centres.
        bribes: (n,), what each costs.
        flaws: (n, f), which centre has which flaw.
        prices: (f,), what an exploit of each costs.
    """
    n, f = len(game.players), len(prices)
    index = np.arange(2**n)
    members = ((index[:, None] >> np.arange(n)) & 1).astype(bool)
    paid = members @ bribes
    winning = np.flatnonzero(game.wins)
    best = Attack(float("inf"), (), ())
    for chosen in range(2**f):
        bought = [j for j in range(f) if (chosen >> j) & 1]
        held = flaws[:, bought].any(axis=1) if bought else np.zeros(n, dtype=bool)
        mask = int((held.astype(np.int64) << np.arange(n)).sum())
        base = float(prices[bought].sum())
        if base >= best.cost or not len(winning):
            continue
        costs = paid[winning & ~mask]
        least = int(costs.argmin())
        if base + costs[least] < best.cost:
            rest = int(winning[least]) & ~mask
            names = tuple(name for i, name in enumerate(game.players) if (rest >> i) & 1)
            best = Attack(base + float(costs[least]), tuple(bought), names)
    return best
