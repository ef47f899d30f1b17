"""Rules that choose among n candidates by P proxies of each: how hard to believe a measure.

Scores are (P, N, n): proxies, prompts, candidates that were drawn from one policy. A rule gives the probabilities of
choosing each candidate, (N, n), so that what it is worth is an expectation and not a draw.

    best of n         the highest mean score
    quantilizer q     any of the best q n by mean score, each alike (Taylor 2016)
    worst case        the highest minimum over proxies (WCO; Coste et al. 2023, arXiv:2310.02743)
    uncertain l       the highest mean - l variance over proxies (UWO; there)
    pessimist b       [r - nu]_+ / b: the optimum under a chi-squared penalty (Huang et al. 2025, arXiv:2503.21878)
    median            the highest median over proxies
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of choosing.

    Attributes:
        name: with its setting.
        choose: from scores (P, N, n) to probabilities (N, n).
    """

    name: str
    choose: Callable[[Array], Array]


def choose(scores: Array, rule: Rule, pressure: int | None = None) -> Array:
    """What `rule` chooses among the first `pressure` candidates (all by default), (N, n), 0 beyond them."""
    count = scores.shape[-1] if pressure is None else pressure
    chances = np.zeros(scores.shape[1:])
    chances[:, :count] = rule.choose(scores[..., :count])
    return chances


def greedy(worth: Array) -> Array:
    """All probability on the best candidate of each prompt, shared by equals."""
    best = (worth == worth.max(-1, keepdims=True)).astype(float)
    return np.asarray(best / best.sum(-1, keepdims=True))


def top_share(worth: Array, q: float) -> Array:
    """The q-quantilizer of n candidates that count alike: the best q n, the one at the border in part.

    >>> top_share(np.array([[3.0, 1.0, 2.0, 0.0]]), 0.375).tolist()
    [[0.6666666666666666, 0.0, 0.3333333333333333, 0.0]]
    """
    count = worth.shape[-1]
    ranks = np.argsort(np.argsort(-worth, axis=-1, kind="stable"), axis=-1)
    return np.asarray(np.clip(q * count - ranks, 0, 1) / min(count, max(q * count, 1e-12)))


def pessimist(worth: Array, beta: float) -> Array:
    """[r - nu]_+ / (beta n) with nu such that it sums to 1, by sorting (as one projects onto a simplex)."""
    count = worth.shape[-1]
    ordered = -np.sort(-worth, axis=-1)
    levels = (np.cumsum(ordered, -1) - beta * count) / np.arange(1, count + 1)
    support = (ordered > levels).sum(-1, keepdims=True)
    level = np.take_along_axis(levels, support - 1, -1)
    return np.asarray(np.clip(worth - level, 0, None) / (beta * count))


def _mean(scores: Array) -> Array:
    return np.asarray(scores.mean(0))


def _spread(scores: Array) -> Array:
    """The variance over proxies in units of their standard deviation over candidates."""
    return np.asarray(scores.var(0) / (scores.std() + 1e-12))


def _uniform(scores: Array) -> Array:
    return np.full(scores.shape[1:], 1 / scores.shape[-1])


RULES: tuple[Rule, ...] = (
    Rule("as it comes", _uniform),
    Rule("best of n", lambda s: greedy(_mean(s))),
    Rule("median", lambda s: greedy(np.median(s, axis=0))),
    Rule("worst case", lambda s: greedy(s.min(0))),
    Rule("uncertain .5", lambda s: greedy(_mean(s) - 0.5 * _spread(s))),
    Rule("quantilizer .05", lambda s: top_share(_mean(s), 0.05)),
    Rule("quantilizer .2", lambda s: top_share(_mean(s), 0.2)),
    Rule("quantilizer .2 of worst case", lambda s: top_share(s.min(0), 0.2)),
    Rule("pessimist 1", lambda s: pessimist(_mean(s) / (_mean(s).std() + 1e-12), 1.0)),
)
"""The rules that a selector chooses among."""
