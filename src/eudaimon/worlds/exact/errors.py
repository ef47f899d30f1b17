"""How a measure errs: with light or heavy tails, alone or together with the other measures.

    proxy_j = gold + scale * (sqrt(s) S + sqrt(1 - s) E_j),     S, E_j ~ Student's t with `tail` degrees of freedom

Errors are shared to the share s, which is their correlation wherever they have a variance (tail > 2). Whoever picks
the tail and s picks which way of choosing wins: light tails make caution look useless, heavy independent ones make
ensembles look magical. A fair test sweeps both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ErrorLaw:
    """The law of several proxies' errors.

    Attributes:
        tail: degrees of freedom of Student's t; infinite for a normal law. Its tail index is the same number.
        shared: share s of the error that all proxies have together, in [0, 1].
        scale: of the error, 1 where a normal error is as wide as gold is.
    """

    tail: float = math.inf
    shared: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not (self.tail > 0 and 0 <= self.shared <= 1 and self.scale >= 0):
            raise ValueError(f"an error law needs tail > 0, 0 <= shared <= 1 and scale >= 0, but it is {self}")

    def draw(self, rng: np.random.Generator, proxies: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Errors of so many proxies, (P, *shape)."""
        common, own = variates(rng, self.tail, shape), variates(rng, self.tail, (proxies, *shape))
        return self.scale * (math.sqrt(self.shared) * common + math.sqrt(1 - self.shared) * own)


def variates(rng: np.random.Generator, tail: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draws of Student's t with `tail` degrees of freedom, normal where that is infinite."""
    return rng.standard_normal(shape) if math.isinf(tail) else rng.standard_t(tail, shape)
