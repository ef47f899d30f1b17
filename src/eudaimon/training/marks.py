"""Learning where to reflect.

Where the mark is one token, it is said with p = sigmoid(w . h - log sum_v exp(z_v)): w is its own row of the last
layer, h what the model thinks after the text so far, z_v the logits of all other tokens v. Only w is learned, so that
words stay what they are to the last bit, by logistic regression with a ridge, which has one optimum:

    min_w  sum_i cross-entropy(p_i, wished_i) + RIDGE / 2 |w - w_0|^2

with w_0 the row before. In the base it says nothing: no text ever held the token, so its row is like that of every
other token that never came. Learned through the matrices instead, the mark drew those tokens along, and words moved 1.6
nats a token from the base.

Where the mark is a word like any, there is no such row, and the matrices learn it (`loss.marking`).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from eudaimon.training import adapter
from eudaimon.training.examples import Batch, Example
from eudaimon.training.network import Policy

RIDGE = 0.01
"""In nats per squared unit of the row. After one night three newborns told unseen places apart with areas under the
curve of .97, .85 and .73 at .01 (about the same at .001), and of .97, .85 and .68 at 1."""


def learn_row(policy: Policy, places: Sequence[Example]) -> dict[str, float]:
    """Teach the adapter of `policy`, whose words are learned, where to reflect; figures as `told`."""
    if not places:
        return {}
    thoughts, others = map(torch.stack, zip(*(policy.thought(one.prompt) for one in places), strict=True))
    wished = torch.tensor([bool(one.wished) for one in places], device=thoughts.device)
    row = adapter.row(policy.model)
    learned = fitted(thoughts, others, wished, row.detach()[0].double())
    row.data[0] = learned
    return told((thoughts @ learned - others).sigmoid(), wished)


@torch.no_grad()
def read_words(policy: Policy, work: Sequence[Batch]) -> dict[str, float]:
    """What the matrices have learned of marks that are words like any; figures as `told`."""
    chances = [policy.said(batch)[list(batch.marks)].sum(1).exp() for batch in work if batch.marks]
    wished = [bool(batch.examples[place].wished) for batch in work for place in batch.marks]
    return told(torch.cat(chances), torch.tensor(wished)) if wished else {}


def fitted(thoughts: Tensor, others: Tensor, wished: Tensor, before: Tensor) -> Tensor:
    """The row (d,) that tells places apart.

    Args:
        thoughts: what the model thinks at each, (N, d).
        others: the logarithm of the summed exponentials of all other tokens' logits, (N,).
        wished: whether the mark is wished for, (N,) bool.
        before: the row that it is not to go far from, (d,).
    """
    learned, target = before.clone().requires_grad_(), wished.to(before.dtype)
    optimizer = torch.optim.LBFGS([learned], max_iter=200, line_search_fn="strong_wolfe")

    def cost() -> Tensor:
        optimizer.zero_grad()
        missed = binary_cross_entropy_with_logits(thoughts @ learned - others, target, reduction="sum")
        total = missed + RIDGE / 2 * (learned - before).square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(cost)  # type: ignore[no-untyped-call]
    return learned.detach()


def told(chances: Tensor, wished: Tensor) -> dict[str, float]:
    """The mean probability of the mark where it is wished for and where it is not."""
    parts = {"mark where wished": chances[wished], "mark where not wished": chances[~wished]}
    return {name: float(part.mean()) for name, part in parts.items() if len(part)}
