"""How much of the variance a grouping explains, against what chance alone would give.

eta^2 = SS_between / SS_total, summed over the columns of a profile. Under the null it averages (k - 1) / (n - 1) for n
lives in k groups, which is far from 0: .14 for 3 groups of 5. It means nothing without the permutation (Anderson 2001,
"A new method for non-parametric multivariate analysis of variance", Austral Ecology 26).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Permuted:
    """A figure, and where it stands among what permutation gives.

    Attributes:
        value: as observed.
        p: (1 + permutations at least as large) / (1 + permutations) (Phipson and Smyth 2010).
        null_mean, null_95, null_99: mean and quantiles under permutation.
        draws: how many permutations.
    """

    value: float
    p: float
    null_mean: float
    null_95: float
    null_99: float
    draws: int

    @classmethod
    def of(cls, value: float, null: Floats) -> Permuted:
        """From the observed value and the permuted ones (draws,); a rounding error is no difference."""
        as_large = int((null >= value - 1e-12).sum())
        return cls(
            value,
            (1 + as_large) / (1 + len(null)),
            float(null.mean()),
            float(np.quantile(null, 0.95)),
            float(np.quantile(null, 0.99)),
            len(null),
        )


def eta_squared(profiles: ArrayLike, groups: Sequence[Hashable]) -> float:
    """Share of the variance of profiles (n,) or (n, d) that lies between groups; 0 where nothing varies."""
    values = _columns(profiles)
    return float(_eta(values, _codes(groups)[None])[0])


def eta_squared_test(
    profiles: ArrayLike,
    groups: Sequence[Hashable],
    blocks: Sequence[Hashable] | None = None,
    draws: int = 9999,
    seed: int = 0,
) -> Permuted:
    """`eta_squared` against groups permuted over the lives (within each block only, where blocks are given)."""
    values, codes, rng = _columns(profiles), _codes(groups), np.random.default_rng(seed)
    shuffled = np.repeat(codes[None], draws, axis=0)
    for block in np.unique(where := _codes(blocks or [0] * len(codes))):
        members = np.flatnonzero(where == block)
        shuffled[:, members] = rng.permuted(shuffled[:, members], axis=1)
    return Permuted.of(float(_eta(values, codes[None])[0]), _eta(values, shuffled))


def _columns(profiles: ArrayLike) -> Floats:
    values = np.asarray(profiles, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    return np.asarray(values - values.mean(axis=0), dtype=np.float64)


def _codes(labels: Sequence[Hashable]) -> NDArray[np.int64]:
    return np.asarray(np.unique([str(label) for label in labels], return_inverse=True)[1], dtype=np.int64)


def _eta(centred: Floats, codes: NDArray[np.int64]) -> Floats:
    """eta^2 for many groupings at once: centred (n, d), codes (draws, n), to (draws,)."""
    total = (centred**2).sum()
    if total == 0:
        return np.zeros(len(codes))
    between: Floats = np.zeros(len(codes))
    for group in range(int(codes.max()) + 1):
        member = (codes == group).astype(np.float64)
        sums, sizes = member @ centred, member.sum(axis=1)
        between += (sums**2).sum(axis=1) / np.maximum(sizes, 1)
    return np.asarray(between / total, dtype=np.float64)
