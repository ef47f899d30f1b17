"""Losses of judged pairs, each a function of the gap d between the sides' log-ratios.

    d = (log p(chosen) - log q(chosen)) - (log p(rejected) - log q(rejected)),    policy p, reference q

DPO and its conservative form are `eudaimon.training.loss.preference`, which nights use too.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import logsigmoid

from eudaimon.training.loss import preference


def ipo(gap: Tensor, tau: float) -> Tensor:
    """(d - 1 / (2 tau))^2, of each pair, (P,): Azar et al. 2023 (arXiv:2310.12036), eq. 17.

    It wants a certain gap and no more, so that a preference without exception does not draw the policy away for ever.

    >>> import torch
    >>> ipo(torch.tensor([0.0, 5.0]), tau=0.1).tolist()
    [25.0, 0.0]
    """
    return (gap - 1 / (2 * tau)).square()


def robust(gap: Tensor, beta: float, flipped: float) -> Tensor:
    """DPO's loss of each pair, (P,), freed from the bias of labels of which the share `flipped` is the wrong way round.

    [(1 - e) L(d) - e L(-d)] / (1 - 2 e): its mean over flipped labels is DPO's over right ones (Chowdhury et al. 2024,
    arXiv:2403.00409, eq. 9). Unlike label smoothing it has the same optimum; its variance is larger.
    """
    return ((1 - flipped) * preference(gap, beta) - flipped * preference(-gap, beta)) / (1 - 2 * flipped)


def modpo(gap: Tensor, beta: float, weights: Tensor, margins: Tensor) -> Tensor:
    """MODPO's loss of each pair, (P,): Zhou et al. 2023 (arXiv:2310.03708), eq. 9.

        -log sigmoid( [beta d - w_{1:} . (m_chosen - m_rejected)] / w_0 )

    Pairs are judged by objective 0; the others come as margins of their reward models. Its optimum is that of RLHF
    under the weighted sum of all rewards.

    Args:
        gap: d, (P,).
        beta: inverse temperature.
        weights: of all objectives, (K,), the first positive.
        margins: m_chosen - m_rejected of objectives 1 to K - 1, (P, K - 1).

    Raises:
        ValueError: the first weight is not positive: pairs of objective 0 teach nothing then.
    """
    if not weights[0] > 0:
        raise ValueError("MODPO needs a positive weight for the objective that pairs are judged by; order them so")
    return -logsigmoid((beta * gap - margins @ weights[1:]) / weights[0])


def bradley_terry(gap: Tensor, margin: Tensor | float = 0.0, smoothing: float = 0.0) -> Tensor:
    """A reward model's loss of each pair, (...), given r(chosen) - r(rejected), margins and label smoothing.

    -(1 - e) log sigmoid(gap - m) - e log sigmoid(m - gap): Bradley & Terry 1952; the margin as in Touvron et al. 2023
    (arXiv:2307.09288), eq. 2.

    >>> import torch
    >>> bradley_terry(torch.zeros(1)).exp().tolist()
    [2.0]
    """
    beyond = gap - margin
    return -(1 - smoothing) * logsigmoid(beyond) - smoothing * logsigmoid(-beyond)
