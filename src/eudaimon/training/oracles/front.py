"""Pareto fronts of several objectives, and how much of them a set of policies reaches.

Without a penalty the attainable values of stochastic policies are a polytope (each context's responses, averaged). Its
front is spanned by the `vertices` that weighted sums find. Within a budget of KL the attainable values are a convex
body with a curved front (`curved_front`), on which policies that only mix the extremes fall short.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.oracles.optimum import divergence, tilted

Array = NDArray[np.float64]


def pareto(points: Array) -> NDArray[np.bool_]:
    """Which of the points (N, K) no other one dominates (more is better)."""
    at_least = (points[:, None] >= points[None, :]).all(-1)
    better = (points[:, None] > points[None, :]).any(-1)
    return np.asarray(~(at_least & better).any(0))


def hypervolume(points: Array, origin: Array) -> float:
    """The volume that the points (N, K) dominate above `origin` (K,), exactly, by slicing along the last objective.

    Zitzler & Thiele 1998; Knowles 2002 (hypervolume by slicing objectives). For K up to 4 and some hundred points.

    >>> hypervolume(np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros(2))
    3.0
    """
    points = points[(points > origin).all(-1)]
    if not len(points):
        return 0.0
    if points.shape[1] == 1:
        return float(points.max() - origin[0])
    if points.shape[1] == 2:
        return _area(points, origin)
    volume, above = 0.0, np.append(np.unique(points[:, -1])[::-1], origin[-1])
    for top, below in pairwise(above):
        volume += (top - below) * hypervolume(points[points[:, -1] >= top][:, :-1], origin[:-1])
    return float(volume)


def _area(points: Array, origin: Array) -> float:
    total, reached = 0.0, float(origin[1])
    for x, y in points[np.lexsort((-points[:, 1], -points[:, 0]))]:
        if y > reached:
            total, reached = total + float(x - origin[0]) * float(y - reached), float(y)
    return total


def normalised_hypervolume(points: Array, front: Array) -> float:
    """How far points (N, 2) come from the chord of a front's extremes (0) to the front itself (1).

    The plain ratio of hypervolumes flatters: mixing the two extremes alone has most of it. The chord goes from the
    first to the last point of `front` (M, 2) and is laid out as densely as the front.

    Raises:
        ValueError: the front does not bend out beyond its chord, so that there is nothing to be normalised by: the
            objectives hardly conflict.
    """
    first, last = front[0], front[-1]
    origin = np.minimum(first, last)
    chord = first + np.linspace(0, 1, len(front))[:, None] * (last - first)
    base, whole = hypervolume(chord, origin), hypervolume(front, origin)
    if not whole > base * (1 + 1e-9):
        raise ValueError("this front does not bend out beyond its chord: take objectives that conflict more")
    return (hypervolume(np.concatenate([points, first[None], last[None]]), origin) - base) / (whole - base)


def curved_front(reference: Array, gold: Array, contexts: Array, budget: float, weights: Sequence[Array]) -> Array:
    """Values (W, K) of the optima of weighted sums that use up a budget of KL in nats.

    There MORLHF, and so MODPO, should arrive where each weighting has the beta that spends it (`beta_within`).
    """
    points = []
    for weight in weights:
        reward: Array = np.asarray(np.tensordot(weight, gold, 1), dtype=np.float64)
        points.append(
            values(tilted(reference, reward, beta_within(reference, reward, contexts, budget)), gold, contexts)
        )
    return np.array(points)


def beta_within(reference: Array, reward: Array, contexts: Array, budget: float) -> float:
    """The beta at which the tilted policy is `budget` nats from its reference, by bisection of its logarithm.

    Raises:
        ValueError: no policy that this reward leads to is so far away.
    """
    low, high = 1e-3, 1e4
    if divergence(tilted(reference, reward, low), reference, contexts) < budget:
        raise ValueError(f"this reward leads nowhere {budget:g} nats away from the reference; take a smaller budget")
    for _ in range(100):
        middle = float(np.sqrt(low * high))
        far = divergence(tilted(reference, reward, middle), reference, contexts) > budget
        low, high = (middle, high) if far else (low, middle)
    return high


def values(policy: Array, gold: Array, contexts: Array) -> Array:
    """Each objective's expected value under a policy, (K,)."""
    return np.asarray(np.einsum("c,cr,kcr->k", contexts, policy, gold))


def vertices(gold: Array, contexts: Array) -> Array:
    """The vertices (V, 2) of two objectives' front over all stochastic policies, exactly, from best in the first to
    best in the second.

    The attainable set is the sum of one polygon a context (scaled by its frequency), and the front of a sum is walked
    by taking all contexts' front edges in the order of their slopes (Minkowski sum of convex chains).
    """
    starts, edges = [], []
    for points, share in zip(np.moveaxis(gold, 0, -1), contexts, strict=True):
        chain = share * _upper_chain(points)
        starts.append(chain[0])
        edges += list(np.diff(chain, axis=0))
    edges.sort(key=lambda edge: np.arctan2(edge[1], -edge[0]), reverse=True)
    return np.cumsum([np.sum(starts, axis=0), *edges], axis=0)


def _upper_chain(points: Array) -> Array:
    """The front vertices of points (R, 2)' convex hull, from best in the first objective to best in the second."""
    kept = points[pareto(points)]
    kept = kept[np.lexsort((-kept[:, 1], -kept[:, 0]))]
    chain: list[Array] = []
    for point in kept:
        if chain and np.array_equal(point, chain[-1]):
            continue
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return np.array(chain)


def _turn(a: Array, b: Array, c: Array) -> float:
    """Positive where the way from a over b to c turns left."""
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
