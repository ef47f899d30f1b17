"""The quantilizer: a draw from the best q of a reference distribution, and the bound that makes it safe.

Taylor 2016 ("Quantilizers: a safer alternative to maximizers for limited optimization"): the q-quantilizer's density is
at most 1/q times the reference's, so that for *every* non-negative cost c, seen by nobody,

    E_quantilizer[c] <= E_reference[c] / q.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def quantilizer(reference: Array, utility: Array, q: float) -> Array:
    """The q-quantilizer of each row, exactly, (C, R): the top q of the reference's mass by utility, rescaled by 1/q.

    The response at the border has the part of its mass that is left; equal utilities share it in proportion to the
    reference, so that nothing hangs on their order.

    >>> quantilizer(np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, 2.0]]), 0.4).round(9).tolist()
    [[0.0, 0.5, 0.5]]
    """
    if not 0 < q <= 1:
        raise ValueError(f"a quantilizer needs a share q in (0, 1], but it is {q}; 1 is the reference itself")
    policy = np.zeros_like(reference)
    for row, (chances, worth) in enumerate(zip(reference, utility, strict=True)):
        levels, level_of = np.unique(-worth, return_inverse=True)
        mass = np.bincount(level_of, weights=chances, minlength=len(levels))
        before = np.cumsum(mass) - mass
        taken = np.clip(q - before, 0, mass)
        share = np.divide(taken, mass, out=np.zeros_like(mass), where=mass > 0)
        policy[row] = chances * share[level_of] / q
    return np.asarray(policy / policy.sum(-1, keepdims=True))


def quantilizer_bound(reference: Array, cost: Array, contexts: Array, q: float) -> float:
    """The most that the quantilizer's expected cost can be, for a cost (C, R) that is not negative.

    Raises:
        ValueError: a cost is negative; the bound holds for harms, not for gains.
    """
    if (cost < 0).any():
        raise ValueError("the quantilizer's bound holds for costs that are not negative; shift them")
    return float(contexts @ (reference * cost).sum(-1)) / q
