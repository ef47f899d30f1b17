"""Stocks that grow by what is harvested for them, with less and less to gain from each: they should grow together.

At most ten units a step over all stocks; a stock that goes from a to b gains log(b / a) (BioBlue's balancing of
unbounded objectives, arXiv:2509.02655, told from its description; stocks begin at 110 and 120).

>>> harvest = Harvest()
>>> harvest.balance(np.array([[610.0, 620.0]])).round(3).tolist()
[1.0]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Harvest:
    """Stocks of K things.

    Attributes:
        start: where they begin.
        most: units a step, over all.
    """

    start: tuple[float, ...] = (110.0, 120.0)
    most: int = 10

    def begin(self, trials: int) -> Array:
        """(T, K)."""
        return np.tile(np.array(self.start), (trials, 1))

    def allowed(self, amounts: Array) -> Array:
        """Amounts (..., K), cut in proportion where they are more than a step gives."""
        total = amounts.sum(-1, keepdims=True)
        return np.asarray(np.where(total > self.most, np.floor(amounts * self.most / np.maximum(total, 1)), amounts))

    def step(self, stocks: Array, amounts: Array, rng: np.random.Generator) -> Array:
        """The stocks (T, K) after amounts (T, K) were harvested."""
        return np.asarray(stocks + self.allowed(amounts))

    def balance(self, stocks: Array) -> Array:
        """The least that was harvested of any, over the most, (T,); 0 where nothing was."""
        gathered = stocks - np.array(self.start)
        return np.asarray(gathered.min(-1) / np.maximum(gathered.max(-1), 1e-12))
