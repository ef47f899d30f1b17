"""What is minimised: preferences by DPO, examples by likelihood, marks by whether they come.

Rafailov et al. 2023 (arXiv:2305.18290), eq. 7, with the conservative labels of Mitchell 2023 ("A note on DPO with noisy
preferences"):

    L = -(1 - e) log sigmoid(beta d) - e log sigmoid(-beta d),
    d = (log p(chosen) - log q(chosen)) - (log p(rejected) - log q(rejected))

with policy p, reference q and share e of preferences that may be the wrong way round. Supervised examples add the mean
negative log-likelihood of their tokens, as `rpo_alpha` does in Pang et al. 2024 (arXiv:2404.19733), eq. 2. A mark adds
-log p where it should come and -log(1 - p) where it should not (unlikelihood: Welleck et al. 2020, arXiv:1908.04319,
eq. 4), p being its probability at that one place: nothing is learned of the words around it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from eudaimon.training.examples import Batch
from eudaimon.training.settings import Settings

SURE = 1e-6
"""How near to certain a mark may be before the loss of one that is not wished for grows no more."""


def preference(gap: Tensor, beta: float, smoothing: float = 0.0) -> Tensor:
    """DPO's loss of each pair, given the gap d between its sides' log-ratios; shapes (P,).

    >>> preference(torch.tensor([0.0, 100.0]), beta=0.1).tolist()
    [0.6931471824645996, 4.5398901420412585e-05]
    """
    return -(1 - smoothing) * logsigmoid(beta * gap) - smoothing * logsigmoid(-beta * gap)


def marking(said: Tensor, wished: Tensor) -> Tensor:
    """The loss of each mark, given its log-probability and whether it is wished for; shapes (M,).

    >>> marking(torch.tensor([0.25, 0.25]).log(), torch.tensor([True, False])).exp().tolist()
    [4.0, 1.3333332538604736]
    """
    return -torch.where(wished, said, (-said.clamp(max=-SURE).expm1()).log())


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
    wished = torch.tensor([bool(batch.examples[place].wished) for place in batch.marks], device=said.device)
    total = total + marking(said[list(batch.marks)].sum(1), wished).sum() if batch.marks else total
    return total / len(batch.examples)
