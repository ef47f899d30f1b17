"""The law of best-of-n, exactly: no draw is needed where responses can be listed.

The best of n draws of the reference has a score of at most s with probability F(s)^n, so that a level of scores is
chosen with F(s)^n - F(s-)^n, and those of one level share it as the reference does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def best_of(reference: Array, score: Array) -> Callable[[float], Array]:
    """From n to the policy (C, R), given reference and score (C, R); levels are sorted once. n need not be whole.

    >>> law = best_of(np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, 1.0]]))
    >>> law(2).round(3).tolist()
    [[0.25, 0.45, 0.3]]
    """
    rows = []
    for chances, worth in zip(reference, score, strict=True):
        levels, level_of = np.unique(worth, return_inverse=True)
        mass = np.bincount(level_of, weights=chances, minlength=len(levels))
        upto = np.cumsum(mass) / mass.sum()
        rows.append((chances / mass[level_of], level_of, upto))

    def law(n: float) -> Array:
        policy = np.stack([share * np.diff(upto**n, prepend=0.0)[level] for share, level, upto in rows])
        return np.asarray(policy / policy.sum(-1, keepdims=True))

    return law
