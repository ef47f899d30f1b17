"""What is minimised: preferences by DPO, examples by likelihood.

Rafailov et al. 2023 (arXiv:2305.18290), eq. 7, with the conservative labels of Mitchell 2023 ("A note on DPO with noisy
preferences"):

    L = -(1 - e) log sigmoid(beta d) - e log sigmoid(-beta d),
    d = (log p(chosen) - log q(chosen)) - (log p(rejected) - log q(rejected))

with policy p, reference q and share e of preferences that may be the wrong way round. Supervised examples add the mean
negative log-likelihood of their tokens, as `rpo_alpha` does in Pang et al. 2024 (arXiv:2404.19733), eq. 2.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from eudaimon.training.examples import Batch
from eudaimon.training.settings import Settings


def preference(gap: Tensor, beta: float, smoothing: float = 0.0) -> Tensor:
    """DPO's loss of each pair, given the gap d between its sides' log-ratios; shapes (P,).

    >>> preference(torch.tensor([0.0, 100.0]), beta=0.1).tolist()
    [0.6931471824645996, 4.5398901420412585e-05]
    """
    return -(1 - smoothing) * logsigmoid(beta * gap) - smoothing * logsigmoid(-beta * gap)


def gaps(said: Tensor, before: Tensor, batch: Batch) -> Tensor:
    """The gap d of each pair, shape (P,), from log-probabilities of tokens (R, T') and of whole rows before (R,)."""
    ratios = said.sum(1) - before
    rows = len(batch.examples)
    return ratios[list(batch.pairs)] - ratios[rows:]


def loss(said: Tensor, gap: Tensor, batch: Batch, settings: Settings) -> Tensor:
    """Mean loss of the batch's examples, a scalar.

    Args:
        said: the policy's log-probability of each completion's tokens, 0 elsewhere, (R, T').
        gap: the gap of each pair, (P,).
        batch: the examples.
        settings: `beta`, `smoothing` and `supervised`.
    """
    total = preference(gap, settings.beta, settings.smoothing).sum()
    taught = [place for place, example in enumerate(batch.examples) if example.supervised]
    lengths = torch.tensor([len(batch.examples[place].chosen) for place in taught], device=said.device)
    total = total - settings.supervised * (said[taught].sum(1) / lengths).sum()
    return total / len(batch.examples)
