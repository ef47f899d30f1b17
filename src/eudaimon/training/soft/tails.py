"""What proxies tell of their own errors: how heavy their tails are, and how far they err together.

They do not tell everything. Gold N(0, 1) under a heavy shared error and heavy gold under an error N(0, 1) have proxies
of the same law; which one it is only audited gold can say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from scores alone.

    Attributes:
        tail: Hill's estimate of the tail index of the mean score; large where tails are light.
        apart: the tail index of proxies' differences, in which gold and shared errors cancel.
        agreement: mean rank correlation of pairs of proxies; gold and shared errors alike raise it.
    """

    tail: float
    apart: float
    agreement: float


def read(scores: Array) -> Reading:
    """Read scores (P, N, n); with a single proxy nothing is known of how it errs apart."""
    flat = scores.reshape(len(scores), -1)
    if len(flat) == 1:
        return Reading(hill(flat[0]), np.inf, 1.0)
    pairs = [(i, j) for i in range(len(flat)) for j in range(i)]
    ranks = np.argsort(np.argsort(flat, -1), -1)
    agreement = float(np.mean([np.corrcoef(ranks[i], ranks[j])[0, 1] for i, j in pairs]))
    apart = float(np.median([hill(flat[i] - flat[j]) for i, j in pairs]))
    return Reading(hill(flat.mean(0)), apart, agreement)


def hill(values: Array, share: float = 0.02) -> float:
    """Hill's estimator of the tail index from the largest |x - median|, a share of all, 10 at least.

    1 / mean(log X_(i) - log X_(k+1)), i = 1..k (Hill 1975). About the degrees of freedom for Student's t; for a normal
    law it grows with the number of values.

    Raises:
        ValueError: there are fewer than 20 values.
    """
    if len(values) < 20:
        raise ValueError(f"a tail index needs at least 20 values and has {len(values)}; score more candidates")
    far = -np.sort(-np.abs(values - np.median(values)))
    count = min(len(far) // 2, max(10, round(share * len(far))))
    return float(1 / max(1e-12, np.mean(np.log(np.maximum(far[:count], 1e-300))) - np.log(max(far[count], 1e-300))))
