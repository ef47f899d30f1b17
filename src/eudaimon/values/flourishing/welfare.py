"""From a profile to one figure, last of all, and never so that much of one thing makes up for none of another.

W_p(x) = ((1/D) sum_d x_d^p)^(1/p), the power mean: p -> 0 is the geometric mean, p -> -inf the least, p = 1 the plain
mean (Hardy, Littlewood and Polya 1934, "Inequalities"; as a social welfare function Atkinson 1970). For p <= 0 it is
*non-compensatory*: any x_d -> 0 takes W to 0. The definition that is chosen can double the share of people who count as
flourishing (Hone et al. 2014), so a profile goes with every figure, and the family is given rather than one member.

>>> power_mean([0.9, 0.9, 0.1], 1.0), round(power_mean([0.9, 0.9, 0.1], 0.0), 3), power_mean([0.9, 0.9, 0.0], -2.0)
(0.6333333333333333, 0.433, 0.0)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eudaimon.values.flourishing.graded import Array

FAMILY = (1.0, 0.0, -1.0, -4.0, -math.inf)
"""From the mean, which lets anything make up for anything, to the worst domain alone."""


def power_mean(levels: Sequence[float] | npt.ArrayLike, p: float) -> float:
    """W_p of levels in [0, 1].

    Raises:
        ValueError: there are none, or one is negative or not a number.
    """
    return float(power_means(np.asarray(levels, dtype=float)[None, :], p)[0])


def power_means(levels: npt.ArrayLike, p: float) -> Array:
    """W_p of each row of `levels` (N, D)."""
    x = np.asarray(levels, dtype=float)
    if x.ndim != 2 or not x.shape[1] or not np.isfinite(x).all() or (x < 0).any():
        raise ValueError("a mean needs levels that are numbers from 0 on, at least one a row; leave nothing out")
    if math.isinf(p):
        return np.asarray(x.min(1) if p < 0 else x.max(1))
    least, most = x.min(1), x.max(1)
    # Scaled by the largest (or least) level, powers neither overflow nor vanish.
    pivot = np.where((most if p > 0 else least) > 0, most if p > 0 else least, 1.0)
    with np.errstate(divide="ignore"):
        logs = np.log(x / pivot[:, None])
        power = logs.mean(1) if abs(p) < 1e-9 else np.log(np.exp(p * logs).mean(1)) / p
    return np.asarray(np.where((least == 0) & (p <= 0), 0.0, pivot * np.exp(power)))
