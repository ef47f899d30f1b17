"""The optimum of a reward under a KL penalty, in closed form.

    max_pi  E_pi[r] - beta KL(pi || ref)   is reached at   pi* = ref exp(r / beta) / Z        (`tilted`)

Ziebart 2010 (PhD thesis, ch. 6); Rafailov et al. 2023 (arXiv:2305.18290), eq. 4. With the other direction of KL it is
reached at pi* = beta ref / (nu - r) (`forward_optimum`). There leads the estimator ref/pi - log(ref/pi) - 1 (Schulman
2020, "Approximating KL divergence", k3) when it is differentiated at samples of pi, as GRPO does (Shao et al. 2024,
arXiv:2402.03300, eq. 4): its expected gradient is that of KL(ref || pi), not of KL(pi || ref).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def tilted(reference: Array, reward: Array, beta: float) -> Array:
    """ref exp(r / beta) / Z, row by row, (C, R).

    >>> tilted(np.array([[0.5, 0.5]]), np.array([[0.0, np.log(3)]]), 1.0).round(6).tolist()
    [[0.25, 0.75]]
    """
    logits = np.log(reference) + reward / beta
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def forward_optimum(reference: Array, reward: Array, beta: float) -> Array:
    """argmax_pi E_pi[r] - beta KL(ref || pi), (C, R): beta ref / (nu - r) with nu > max r so that it sums to 1."""
    low, high = reward.max(-1, keepdims=True), reward.max(-1, keepdims=True) + beta
    for _ in range(200):
        middle = (low + high) / 2
        over = (beta * reference / np.maximum(middle - reward, 1e-300)).sum(-1, keepdims=True) > 1
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    policy = beta * reference / (high - reward)
    return np.asarray(policy / policy.sum(-1, keepdims=True))


def divergence(policy: Array, reference: Array, contexts: Array) -> float:
    """KL(policy || reference) in nats, mean over contexts; responses without probability count 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(policy > 0, policy * (np.log(policy) - np.log(reference)), 0.0)
    return float(contexts @ terms.sum(-1))


def value(policy: Array, reward: Array, contexts: Array) -> float:
    """E[r] under the policy, contexts by their frequency."""
    return float(contexts @ (policy * reward).sum(-1))


def regularised(policy: Array, reference: Array, reward: Array, contexts: Array, beta: float) -> float:
    """E[r] - beta KL(policy || reference): what RLHF maximises."""
    return value(policy, reward, contexts) - beta * divergence(policy, reference, contexts)
