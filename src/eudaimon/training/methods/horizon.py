"""What it will cost to stand at a level, from now on: a plan that looks further than a step.

Each level is planned for by itself (value iteration: Bellman 1957), on a grid around its target, by what is believed of
amounts and noise, as if with every step the best of the amounts lately proposed could be taken. So a level from which
it is a long way back, because nothing lowers it, costs more than one as far off that a mouthful mends.

    cost(x) = min over amounts a of  price(a) + E[harm(x') + discount cost(x')],   x' = x + effect a + drift + noise
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eudaimon.training.methods.foresight import Foresight

Array = NDArray[np.float64]
Costs = Callable[[Array], Array]
"""From levels or amounts, (N, K), to what each costs, (N, K); of levels, or of amounts, that belong to others it does
not depend."""
EDGE, POINTS = 6.0, 241
"""How far from the target a grid reaches, in bands, and its points. What is further off costs as much, and as many
bands more."""
DISCOUNT, SWEEPS, CLOSE = 0.99, 400, 1e-3
MOST = 16
"""How many amounts a plan tells apart."""


class Horizon:
    """Plans for K levels.

    Args:
        targets: where levels are well, (K,).
        bands: what is far, (K,).
        harm: what each level costs where it stands, a step.
        price: what each amount costs, where that matters.
    """

    def __init__(self, targets: ArrayLike, bands: ArrayLike, harm: Costs, price: Costs | None = None) -> None:
        self._targets, self._bands = np.asarray(targets, dtype=float), np.asarray(bands, dtype=float)
        self._harm, self._price = harm, price or np.zeros_like
        self._grid = np.linspace(-EDGE, EDGE, POINTS)
        self._ahead = np.zeros((len(self._targets), POINTS))
        self._noise = np.zeros((1, len(self._targets)))

    def plan(self, foresight: Foresight, amounts: Array) -> None:
        """Plan anew, from the last plan on, with N amounts (N, K) that may be had."""
        self._noise = foresight.noise()
        effects = foresight.effects
        for place, band in enumerate(self._bands):
            every = np.unique(np.append(amounts[:, place], 0.0))
            every = every if len(every) <= MOST else np.quantile(every, np.linspace(0, 1, MOST))
            prices = self._price(np.repeat(every[:, None], len(self._bands), 1))[:, place, None]
            stands = self._grid[:, None] + self._noise[:, place] / band
            weights = _weights(stands)
            harm = self._of(self._harm, stands, place).mean(1)
            low, high, part = _between(
                self._grid + (every[:, None] * effects[place, place] + effects[-1, place]) / band
            )
            ahead = self._ahead[place]
            for _ in range(SWEEPS):
                then = harm + DISCOUNT * (weights @ ahead)
                ahead, before = (prices + (1 - part) * then[low] + part * then[high]).min(0), ahead
                if np.abs(ahead - before).max() < CLOSE:
                    break
            self._ahead[place] = ahead

    def costs(self, levels: ArrayLike, spread: Array, amounts: Array) -> Array:
        """What each of N amounts (N, K) costs by the last plan, after which levels (N, K) are foreseen, with noise so
        many times wider, (N, K): (N, K)."""
        priced = self._price(amounts)
        found = np.empty_like(priced)
        for place, (target, band) in enumerate(zip(self._targets, self._bands, strict=True)):
            away = (np.asarray(levels, dtype=float)[:, place] - target) / band
            stands = away[:, None] + self._noise[:, place] / band * spread[:, place, None]
            ahead = np.interp(stands, self._grid, self._ahead[place]) + np.maximum(0.0, np.abs(stands) - EDGE)
            found[:, place] = (self._of(self._harm, stands, place) + DISCOUNT * ahead).mean(1)
        return np.asarray(priced + found)

    def _of(self, harm: Costs, away: Array, place: int) -> Array:
        """The harm of one level that stands so many bands away, in any shape."""
        levels = np.tile(self._targets, (away.size, 1))
        levels[:, place] += away.ravel() * self._bands[place]
        return np.asarray(harm(levels)[:, place].reshape(away.shape))


def _between(away: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Between which points of the grid some places lie, and how far on from the lower one, cut at the edges."""
    at = np.clip((away + EDGE) / (2 * EDGE) * (POINTS - 1), 0, POINTS - 1)
    low = np.minimum(at.astype(np.int64), POINTS - 2)
    return low, low + 1, at - low


def _weights(stands: Array) -> Array:
    """What each point's value weighs in the mean over places (G, Q), by linear interpolation: (G, G)."""
    low, high, part = _between(stands)
    weights = np.zeros((len(stands), POINTS))
    rows = np.broadcast_to(np.arange(len(stands))[:, None], low.shape)
    np.add.at(weights, (rows, low), (1 - part) / stands.shape[1])
    np.add.at(weights, (rows, high), part / stands.shape[1])
    return weights
