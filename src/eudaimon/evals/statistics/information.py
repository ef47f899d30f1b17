"""Does one thing tell about another, given a third? Conditional mutual information, tested by permutation.

I(X; Y | Z) = sum_z p(z) sum_xy p(xy|z) log p(xy|z) / (p(x|z) p(y|z)), in nats, from counts. This estimate is above 0 by
chance alone, so it is compared with what it would be if Y were permuted within each stratum of Z. Permuting leaves all
margins alone, so permuted tables can be drawn directly, cell by cell from hypergeometric distributions (Patefield
1981, Algorithm AS 159): the cost does not grow with the number of observations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eudaimon.evals.statistics.variance import Permuted

Counts = NDArray[np.int64]
DRAWS = 9999


def binned(values: ArrayLike, bins: int = 4) -> NDArray[np.int64]:
    """Numbers (n,) as bins 0 .. bins - 1 of about equal size; equal numbers share a bin."""
    numbers = np.asarray(values, dtype=np.float64)
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.asarray(np.searchsorted(edges, numbers, side="right"), dtype=np.int64)


def joint_counts(x: ArrayLike, y: ArrayLike, z: ArrayLike) -> Counts:
    """Counts (Z, X, Y) of three columns of any labels, each (n,)."""
    codes = [np.unique(np.asarray(column), return_inverse=True)[1] for column in (z, x, y)]
    shape = tuple(int(code.max()) + 1 for code in codes)
    flat = np.ravel_multi_index(tuple(codes), shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def conditional_information(counts: ArrayLike) -> NDArray[np.float64]:
    """I(X; Y | Z) in nats, from counts (..., Z, X, Y) to (...). With one stratum it is plain mutual information."""
    n = np.asarray(counts, dtype=np.float64)

    def entropy_sum(table: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((table * np.log(np.where(table > 0, table, 1.0))).sum(axis=(-3, -2, -1)), dtype=np.float64)

    joint, over_y, over_x = n, n.sum(-1, keepdims=True), n.sum(-2, keepdims=True)
    both = n.sum((-2, -1), keepdims=True)
    total = entropy_sum(joint) - entropy_sum(over_y) - entropy_sum(over_x) + entropy_sum(both)
    return np.asarray(total / n.sum(axis=(-3, -2, -1)), dtype=np.float64)


def permuted_tables(counts: Counts, draws: int, rng: np.random.Generator) -> Counts:
    """Tables (draws, Z, X, Y) as they would be after Y is permuted within each stratum; margins are kept."""
    rows = np.broadcast_to(counts.sum(-1), (draws, *counts.shape[:-1]))
    left = np.repeat(counts.sum(-2)[None], draws, axis=0)
    drawn = np.zeros((draws, *counts.shape), dtype=np.int64)
    for i in range(counts.shape[-2]):
        wanted = rows[..., i].copy()
        for j in range(counts.shape[-1]):
            others = left[..., j + 1 :].sum(-1)
            drawn[..., i, j] = rng.hypergeometric(left[..., j], others, wanted)
            wanted -= drawn[..., i, j]
        left = left - drawn[..., i, :]
    return drawn


def information_test(x: ArrayLike, y: ArrayLike, z: ArrayLike, draws: int = DRAWS, seed: int = 0) -> Permuted:
    """I(X; Y | Z) against Y permuted within Z. p = (1 + draws at least as large) / (1 + draws).

    Args:
        x, y: what may tell about each other, (n,), any labels (see `binned` for numbers).
        z: the strata, (n,).
        draws: permutations.
        seed: of them.
    """
    counts, rng = joint_counts(x, y, z), np.random.default_rng(seed)
    chunk = max(1, 4_000_000 // counts.size)
    sizes = [min(chunk, draws - start) for start in range(0, draws, chunk)]
    null = np.concatenate([conditional_information(permuted_tables(counts, size, rng)) for size in sizes])
    return Permuted.of(float(conditional_information(counts)), null)
