"""Intervals by t over lives, with births as blocks.

Two lives of one birth share a base model, so they are not two independent units. Averaging within each birth first and
taking Student's t over the birth means is exact under value = mean + birth + life with normal parts, whatever the ratio
of the two variances (for balanced births, the mean against the mean square between blocks: Scheffé, "The Analysis of
Variance", 7.2). Simulated coverage of nominal 95% intervals, 8 lives over 4 births, by standard deviation of births
over that of lives:

    births' deviation          0     .5     1      2
    births as blocks (3 df)   .950  .952  .951   .948
    plain t (7 df)            .950  .930  .890   .830

The price is width: 1.28 times that of a plain t where births do not matter. Choosing between the two by the data, as
REML does, was tried: it is no narrower.

>>> interval([1.0, 2.0, 3.0, 4.0]).value
2.5
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

from eudaimon.errors import ExperimentError

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with a two-sided interval.

    Attributes:
        value: the estimate.
        low, high: ends of the interval at `level`; equal to `value` where the figure is exact.
        error: standard error; 0 for an exact figure.
        df: degrees of freedom of Student's t; infinite for an exact figure or a normal one.
        n: independent units (blocks, where there are any).
        level: two-sided coverage.
    """

    value: float
    low: float
    high: float
    error: float = 0.0
    df: float = math.inf
    n: int = 1
    level: float = LEVEL

    def p_above(self, threshold: float) -> float:
        """One-sided p-value against "the true value is at most `threshold`"."""
        if self.error == 0.0:
            return 0.0 if self.value > threshold else 1.0
        return float(stats.t.sf((self.value - threshold) / self.error, self.df))

    def p_below(self, threshold: float) -> float:
        """One-sided p-value against "the true value is at least `threshold`"."""
        if self.error == 0.0:
            return 0.0 if self.value < threshold else 1.0
        return float(stats.t.cdf((self.value - threshold) / self.error, self.df))


def exactly(value: float) -> Estimate:
    """A figure without error of its own, such as a p-value or a bound that is computed elsewhere."""
    return Estimate(value, value, value)


def interval(values: Sequence[float], blocks: Sequence[Hashable] | None = None, level: float = LEVEL) -> Estimate:
    """The mean over lives: mean +- t(n - 1) * s / sqrt(n) over n block means (over the values, without blocks).

    With unequal blocks every block weighs the same, since blocks and not lives are what is drawn independently.

    Args:
        values: one figure a life.
        blocks: the birth of each life.
        level: two-sided coverage.

    Raises:
        ExperimentError: fewer than two independent units, or not one block for each value.
    """
    units = list(values) if blocks is None else _block_means(values, blocks)
    if len(units) < 2:
        raise ExperimentError(
            f"an interval needs at least 2 independent units and has {len(units)}; run more lives, of more births"
        )
    mean, error, df = fmean(units), stdev(units) / math.sqrt(len(units)), len(units) - 1
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    return Estimate(mean, mean - reach, mean + reach, error, df, len(units), level)


def paired(
    ours: Sequence[float], theirs: Sequence[float], blocks: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Estimate:
    """The interval of `ours - theirs`, life by life: what both arms share (birth, village, seed) cancels.

    Raises:
        ExperimentError: the arms do not have the same lives, or there are too few.
    """
    if len(ours) != len(theirs):
        raise ExperimentError(
            f"arms are paired by life, but one has {len(ours)} and the other {len(theirs)}; run both on the same lives"
        )
    return interval([a - b for a, b in zip(ours, theirs, strict=True)], blocks, level)


def _block_means(values: Sequence[float], blocks: Sequence[Hashable]) -> list[float]:
    if len(values) != len(blocks):
        raise ExperimentError(f"{len(values)} values have {len(blocks)} blocks; name one block for each value")
    members: dict[Hashable, list[float]] = {}
    for value, block in zip(values, blocks, strict=True):
        members.setdefault(block, []).append(value)
    return [fmean(some) for some in members.values()]
