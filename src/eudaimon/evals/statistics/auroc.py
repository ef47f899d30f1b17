"""How well a score tells two classes apart: the area under its ROC curve, with an interval by unit.

AUROC = P(positive scores higher) + P(tie) / 2 = (R - P (P + 1) / 2) / (P N), with R the rank sum of the P positives
among all P + N (Hanley and McNeil 1982). Scores of one unit (a pair of twins, a life) hang together; Obuchowski 1997,
"Nonparametric analysis of clustered ROC curve data" (Biometrics 53), sums DeLong's structural components within units.

>>> auroc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
0.75
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from eudaimon.errors import ExperimentError
from eudaimon.evals.statistics.interval import LEVEL, Estimate

Floats = NDArray[np.float64]


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """The area for scores (n,) and labels (n,) of 0 and 1; ties count half.

    Raises:
        ExperimentError: one of the classes is empty.
    """
    positive, negative = _classes(scores, labels)
    ranks = stats.rankdata(np.concatenate([positive, negative]))[: len(positive)]
    return float((ranks.sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative)))


def auroc_interval(
    scores: ArrayLike, labels: ArrayLike, units: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Estimate:
    """The area with a t interval over units; without units every score is its own.

    Raises:
        ExperimentError: one of the classes is empty, or comes from a single unit.
    """
    value = auroc(scores, labels)
    positive, negative = _classes(scores, labels)
    _, number = np.unique(
        [str(u) for u in units] if units is not None else np.arange(len(np.asarray(labels))), return_inverse=True
    )
    is_positive = np.asarray(labels) == 1
    above, below = _components(positive, negative)
    ours, of_ours = _sums(above, number[is_positive], number.max() + 1)
    theirs, of_theirs = _sums(below, number[~is_positive], number.max() + 1)
    ours, theirs = ours - of_ours * value, theirs - of_theirs * value
    variance = (
        _scale(of_ours) * (ours**2).sum() / len(positive) ** 2
        + _scale(of_theirs) * (theirs**2).sum() / len(negative) ** 2
        + 2 * _scale(of_ours + of_theirs) * (ours * theirs).sum() / (len(positive) * len(negative))
    )
    count = int(number.max()) + 1
    error = math.sqrt(max(0.0, float(variance)))
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), error, count - 1, count, level)


def _classes(scores: ArrayLike, labels: ArrayLike) -> tuple[Floats, Floats]:
    values, marks = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    positive, negative = values[marks == 1], values[marks == 0]
    if not len(positive) or not len(negative):
        raise ExperimentError(
            f"an AUROC needs both classes, but there are {len(positive)} positives and {len(negative)} negatives; "
            "draw both twins"
        )
    return positive, negative


def _components(positive: Floats, negative: Floats) -> tuple[Floats, Floats]:
    """For each positive the share of negatives below it, for each negative the share of positives above it."""
    both = stats.rankdata(np.concatenate([positive, negative]))
    of_positive = (both[: len(positive)] - stats.rankdata(positive)) / len(negative)
    of_negative = 1 - (both[len(positive) :] - stats.rankdata(negative)) / len(positive)
    return of_positive, of_negative


def _sums(components: Floats, units: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    """Sum of the components, and how many there are, in each unit."""
    sums = np.bincount(units, weights=components, minlength=count)
    return sums.astype(np.float64), np.bincount(units, minlength=count).astype(np.float64)


def _scale(members: Floats) -> float:
    units = int((members > 0).sum())
    if units < 2:
        raise ExperimentError("an AUROC's interval needs at least 2 units of each class; draw more pairs")
    return units / (units - 1)
