"""Optima of preference losses on the whole population of pairs, by solvers that share nothing with what trains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.oracles.optimum import tilted

Array = NDArray[np.float64]


def bradley_terry(chances: Array, weights: Array, ridge: float = 1e-10, steps: int = 100) -> Array:
    """Scores s (R,) that minimise sum_ab w_ab cross-entropy(chances_ab, sigmoid(s_a - s_b)), with mean 0, by Newton.

    Given P(a preferred to b) (R, R) and how often each pair is seen. Convex, and unique but for a constant where pairs
    connect all responses (Ford 1957). With chances that Bradley and Terry's law gives, s is the reward; with labels
    smoothed by e it is the optimum of label-smoothed DPO's implicit reward.
    """
    seen = weights + weights.T
    wished = (weights * chances + (weights * (1 - chances)).T).sum(1)
    scores = np.zeros(len(chances))
    for _ in range(steps):
        said = 0.5 * (1 + np.tanh((scores[:, None] - scores[None, :]) / 2))
        gradient = (seen * said).sum(1) - wished
        curve = seen * said * (1 - said)
        hessian = np.diag(curve.sum(1)) - curve + ridge * np.eye(len(scores)) + 1e-3 * curve.mean()
        step = np.linalg.solve(hessian, gradient - gradient.mean())
        scores = scores - step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        scores -= scores.mean()
        if np.abs(step).max() < 1e-12:
            break
    return scores


def ipo_optimum(reference: Array, chances: Array, tau: float) -> Array:
    """IPO's optimum (C, R) where pairs are two draws of the reference: ref exp(E_b~ref[P(a over b)] / tau) / Z.

    Azar et al. 2023 (arXiv:2310.12036), eq. 10 with Psi the identity; `chances` is P(a preferred to b), (C, R, R).
    """
    return tilted(reference, np.einsum("cab,cb->ca", chances, reference), tau)
