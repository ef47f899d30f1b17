"""Losses over a whole world: exactly, over every pair that can be drawn, or over drawn ones."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Loss = Callable[[Tensor], Tensor]
"""From gaps of pairs, (...), to the loss of each, (...)."""


def gaps(logprobs: Tensor, reference: Tensor) -> Tensor:
    """The gap d of every ordered pair (chosen a, rejected b), (C, R, R), from log-probabilities (C, R)."""
    ratios = logprobs - reference
    return ratios[:, :, None] - ratios[:, None, :]


def expected(loss: Loss, logprobs: Tensor, reference: Tensor, contexts: Tensor, chances: Tensor) -> Tensor:
    """The loss on infinitely many pairs: two draws of the reference, judged with `chances` P(a over b), a scalar.

    Args:
        loss: of gaps.
        logprobs, reference: of the policy and the reference, (C, R).
        contexts: frequencies, (C,).
        chances: (C, R, R).
    """
    seen = contexts[:, None, None] * reference.exp()[:, :, None] * reference.exp()[:, None, :]
    return 2 * (seen * chances * loss(gaps(logprobs, reference))).sum()


def sampled(logprobs: Tensor, reference: Tensor, contexts: Tensor, chosen: Tensor, rejected: Tensor) -> Tensor:
    """The gaps of drawn pairs, (N,), from their places in the world."""
    ratios = logprobs - reference
    return ratios[contexts, chosen] - ratios[contexts, rejected]


def as_tensor(array: object) -> Tensor:
    """An array in double precision."""
    return torch.as_tensor(array, dtype=torch.float64)
