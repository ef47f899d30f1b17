"""Means with the interval that their sample leaves open (Student 1908; differences after Welch 1947)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean or a difference of means, its 95% interval, and how many values it rests on.

    The interval is the whole line where the sample cannot bound it (fewer than two values).
    """

    value: float
    low: float
    high: float
    n: int

    @property
    def open(self) -> bool:
        """Whether there were too few values for an interval."""
        return self.high == float("inf")

    @property
    def beyond_chance(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


def mean(values: Sequence[float]) -> Interval:
    """The mean of at least one value: m ± t(n-1) s / sqrt(n)."""
    if len(values) < 2:
        return _open(fmean(values), len(values))
    return _around(fmean(values), variance(values) / len(values), len(values) - 1, len(values))


def paired(before: Sequence[float], after: Sequence[float]) -> Interval:
    """The mean of the differences after - before, pair by pair."""
    return mean([b - a for a, b in zip(before, after, strict=True)])


def difference(before: Sequence[float], after: Sequence[float]) -> Interval:
    """mean(after) - mean(before) of two samples that need not have the same spread; each has at least one value."""
    value, n = fmean(after) - fmean(before), len(before) + len(after)
    if min(len(before), len(after)) < 2:
        return _open(value, n)
    errors = [variance(sample) / len(sample) for sample in (before, after)]
    squared = sum(errors)
    if squared == 0:
        return Interval(value, value, value, n)
    parts = [error**2 / (len(sample) - 1) for error, sample in zip(errors, (before, after), strict=True)]
    return _around(value, squared, squared**2 / sum(parts), n)


def _open(value: float, n: int) -> Interval:
    return Interval(value, float("-inf"), float("inf"), n)


def _around(value: float, squared_error: float, freedom: float, n: int) -> Interval:
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * sqrt(squared_error)
    return Interval(value, value - reach, value + reach, n)
