"""Several bounded rewards: floors before everything, pressure up to an aspiration, none beyond.

A score that is good enough adds nothing to the reward, and has no gradient: it is cut, not damped. A broken floor
weighs more than all aspirations together, so that no gain pays for it (lexicographic, with a strict gap: Nayebi 2025,
arXiv:2507.20964). The standards themselves, and their ratchet, are `eudaimon.values.Standard`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from eudaimon.values import Standard


def bounded(scores: Tensor, standards: Sequence[Standard]) -> Tensor:
    """One reward (...) of several scores (..., K): 0 where all are good enough, and less by what is missing.

        - sum_k max(0, a_k - s_k)  -  sum of (a + 1) over values  *  how many floors are broken

    NaN counts as a broken floor at its lowest, since what cannot be read is no virtue.

    >>> import torch
    >>> standard = Standard(floor=0.2, aspiration=0.6)
    >>> [round(float(bounded(torch.tensor([s, 0.9]), [standard] * 2)) + 0, 6) for s in (0.9, 0.5, 0.1)]
    [0.0, -0.1, -3.7]
    """
    aspirations, floors = _column(scores, standards, "aspiration"), _column(scores, standards, "floor")
    readable = torch.where(scores.isnan(), torch.zeros_like(scores), scores)
    missing = (aspirations - readable).clamp(min=0)
    broken = scores.isnan() | (scores < floors)
    return -missing.sum(-1) - (aspirations + 1).sum() * broken.sum(-1)


def shortfall(scores: Tensor, standards: Sequence[Standard]) -> Tensor:
    """Which scores still press, and how much: max(0, a_k - s_k), (..., K), with no gradient where it is 0."""
    return (_column(scores, standards, "aspiration") - scores).clamp(min=0)


def saturated(reward: Tensor, scale: float) -> Tensor:
    """1 - exp(-r / scale) for rewards of 0 or more: bounded by 1, with ever less to gain.

    >>> saturated(torch.tensor([0.0, 1e9]), scale=1.0).tolist()
    [0.0, 1.0]
    """
    return -torch.expm1(-reward.clamp(min=0) / scale)


def _column(scores: Tensor, standards: Sequence[Standard], name: str) -> Tensor:
    if scores.shape[-1] != len(standards):
        raise ValueError(f"{scores.shape[-1]} scores have {len(standards)} standards; give one standard for each score")
    return torch.tensor([getattr(standard, name) for standard in standards], dtype=scores.dtype, device=scores.device)
