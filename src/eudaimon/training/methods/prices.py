"""Floors by Lagrangian prices: what is missing at a floor raises its price until it is kept.

lambda_i <- max(0, lambda_i + rate (b_i - E[r_i])): dual ascent, as in Dai et al. 2023 (Safe RLHF, arXiv:2310.12773).
The policy meanwhile learns r_0 + lambda . r. Where the world can be enumerated, prices and policy arrive at
`oracles.constrained`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class Prices:
    """The prices of M floors.

    Attributes:
        floors: b, (M,).
        rate: how fast they move.
        now: lambda, (M,); begins at 0.
    """

    floors: Sequence[float]
    rate: float = 0.1
    now: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.now = np.zeros(len(self.floors))

    def reward(self, objective: NDArray[np.float64], floored: NDArray[np.float64]) -> NDArray[np.float64]:
        """r_0 + lambda . r, (...), from (...) and (M, ...)."""
        return np.asarray(objective + np.tensordot(self.now, floored, 1))

    def move(self, reached: NDArray[np.float64]) -> NDArray[np.float64]:
        """The prices after the floored values (M,) were seen; they are kept in `now`."""
        self.now = np.maximum(0.0, self.now + self.rate * (np.asarray(self.floors) - reached))
        return self.now
