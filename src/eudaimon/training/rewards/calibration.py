"""Whether a gap in reward means the probability that it claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of sigmoid(gap) as the probability that the chosen side is the better one.

    Attributes:
        accuracy: share of gaps above 0; ties count half.
        brier: mean squared error of the probability.
        error: expected calibration error, of the side that is believed, over bins of equal size (Naeini et al. 2015).
    """

    accuracy: float
    brier: float
    error: float


def calibrate(gaps: Array, bins: int = 10) -> Calibration:
    """Of gaps (N,)."""
    chance = 0.5 * (1 + np.tanh(gaps / 2))
    right = np.where(gaps == 0, 0.5, gaps > 0)
    believed = np.maximum(chance, 1 - chance)
    order = np.array_split(np.argsort(believed), min(bins, len(gaps)))
    error = sum(len(some) * abs(believed[some].mean() - right[some].mean()) for some in order) / len(gaps)
    return Calibration(float(right.mean()), float(np.mean((1 - chance) ** 2)), float(error))


def temperature(gaps: Array) -> float:
    """The number that gaps are to be divided by: the likelihood's best on held-out pairs (Guo et al. 2017).

    It is searched between 1/100 and 100.
    """
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda t: float(np.logaddexp(0, -gaps / np.exp(t)).mean()), bounds=(-4.6, 4.6), method="bounded"
    )
    return float(np.exp(found.x))
