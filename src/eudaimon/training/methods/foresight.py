"""What amounts do to levels, learned from nothing but levels, amounts and what became of them.

Level k is taken to move by effects_k . amounts + drift_k and some noise. Effects are believed by Bayesian linear
regression, a level at a time, exactly (recursive least squares: Plackett 1950), from priors without a sign: what an
intake does to the level that it is named for may be much, to others and by itself little. The noise is told by what was
foreseen wrongly, as it was found, since a bell's tails would warn of drifts that never come.

>>> foresight = Foresight([2, 2])
>>> for amount in ([3, 0], [0, 3], [1, 2], [2, 1]) * 50:
...     foresight.saw([10, 20], amount, [10 + amount[0], 20 - amount[1]])
>>> (foresight.moves([[2, 0], [0, 2]]).round(1) + 0.0).tolist()
[[2.0, 0.0], [0.0, -2.0]]
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]
OWN, OTHER, DRIFT = 10.0, 0.3, 0.3
"""Prior variances of an effect on its own level, on another one, and of the drift, in variances of the noise for an
amount of the mean scale."""
NOISE, WORTH = 0.35, 4
"""Noise that is expected before anything was seen, in scales, and how many steps that belief is worth."""
KEPT, ENOUGH = 300, 20
"""How many steps the noise is told by, and how few are too few to tell it by them."""
QUANTILES = (np.arange(21) + 0.5) / 21


class Foresight:
    """Beliefs about K levels.

    Args:
        scales: what is much for each level, (K,), as its band is. All is reckoned in their mean, so that units do not
            matter.
    """

    def __init__(self, scales: ArrayLike) -> None:
        self._scales = np.asarray(scales, dtype=float)
        size = len(self._scales)
        self._unit = float(self._scales.mean())
        prior = np.full((size, size + 1), OTHER)
        np.fill_diagonal(prior, OWN)
        prior[:, -1] = DRIFT
        self._inverses = np.stack([np.diag(one) for one in prior])
        self._effects, self._missed = np.zeros((size + 1, size)), np.zeros(size)
        self._steps: deque[tuple[Array, Array]] = deque(maxlen=KEPT)
        self._seen = 0

    @property
    def seen(self) -> int:
        """How many steps were seen."""
        return self._seen

    @property
    def effects(self) -> Array:
        """What a unit of each intake is believed to do to each level, and the drift in the last row, (K + 1, K)."""
        return np.concatenate([self._effects[:-1], self._unit * self._effects[-1:]])

    @property
    def error(self) -> Array:
        """The standard deviation of the noise, (K,)."""
        expected = WORTH * (NOISE * self._scales / self._unit) ** 2
        return np.asarray(self._unit * np.sqrt((self._missed + expected) / (self._seen + WORTH)))

    def saw(self, before: ArrayLike, amounts: ArrayLike, after: ArrayLike) -> None:
        """Learn from one step: levels (K,), amounts (K,) and the levels that came of them (K,)."""
        known = self._known(amounts)[0]
        moved = (np.asarray(after, dtype=float) - np.asarray(before, dtype=float)) / self._unit
        self._steps.append((known, moved))
        gains = self._inverses @ known
        levers = 1 + gains @ known
        missed = moved - known @ self._effects
        self._missed = self._missed + missed**2 / levers
        self._effects = self._effects + (gains / levers[:, None]).T * missed
        self._inverses = self._inverses - gains[:, :, None] * gains[:, None, :] / levers[:, None, None]
        self._seen += 1

    def moves(self, amounts: ArrayLike, effects: Array | None = None) -> Array:
        """By how much each of N amounts (N, K) moves the levels, (N, K), by what is believed or by effects drawn."""
        return np.asarray(self._unit * self._known(amounts) @ (self._effects if effects is None else effects))

    def spread(self, amounts: ArrayLike) -> Array:
        """How many times wider than the noise what comes of N amounts is, since effects are not known, (N, K)."""
        known = self._known(amounts)
        return np.asarray(np.sqrt(1 + np.einsum("ni,kij,nj->nk", known, self._inverses, known)))

    def noise(self) -> Array:
        """Quantiles of the noise, (21, K), as it was found, or of a bell where too little was seen."""
        if self._seen < ENOUGH:
            return np.asarray(ndtri(QUANTILES)[:, None] * self.error)
        known, moved = (np.stack(some) for some in zip(*self._steps, strict=True))
        return np.asarray(self._unit * np.quantile(moved - known @ self._effects, QUANTILES, axis=0))

    def drawn(self, chance: np.random.Generator) -> Array:
        """Effects for `moves`, drawn from what is believed of them (Thompson 1933)."""
        apart = chance.standard_normal(self._effects.shape)
        roots = np.linalg.cholesky(self._inverses + 1e-12 * np.eye(len(apart)))
        return np.asarray(self._effects + np.einsum("kij,jk->ik", roots, apart) * (self.error / self._unit))

    def _known(self, amounts: ArrayLike) -> Array:
        taken = np.atleast_2d(np.asarray(amounts, dtype=float)) / self._unit
        return np.concatenate([taken, np.ones((len(taken), 1))], 1)
