"""Many small networks that learn side by side, each for itself: what seeds make of one and the same method.

Every member is a network of one hidden layer over a world's features, (D,) to a score. As a policy it is
ref exp(score) / Z, as a reward it is the score. Parameters lie in one tensor a layer, so that a step of thirty members
costs hardly more than a step of one; a loss is summed over members, and Adam moves each parameter by itself, so that
nobody learns of anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from eudaimon.training.loss import preference
from eudaimon.training.methods import leave_one_out, penalised, reinforce

HIDDEN = 24
Told = Callable[[int], object]


class Crowd(nn.Module):
    """S networks over D features.

    Args:
        members: S.
        features: D.
        chance: where they begin.
    """

    def __init__(self, members: int, features: int, chance: torch.Generator) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.randn(members, features, HIDDEN, generator=chance) / features**0.5)
        self.bias = nn.Parameter(torch.zeros(members, 1, HIDDEN))
        self.last = nn.Parameter(0.1 * torch.randn(members, HIDDEN, 1, generator=chance))

    def forward(self, features: Tensor) -> Tensor:
        """Scores (S, M) of features (M, D), which all see, or (S, M, D)."""
        scores: Tensor = (torch.tanh(features @ self.first + self.bias) @ self.last)[..., 0]
        return scores


@dataclass(frozen=True)
class Judgements:
    """What each member learns from.

    Attributes:
        chosen, rejected: features, (S, N, D).
        chance: that the side called chosen is the better one, (S, N); 1 for a plain label.
    """

    chosen: Tensor
    rejected: Tensor
    chance: Tensor


def learn_pairs(
    crowd: Crowd, pairs: Judgements, beta: float, rate: float, steps: int, chance: torch.Generator, told: Told = id
) -> None:
    """Each member by DPO with soft labels, on its own order of its own pairs; with beta 1 this is a reward's loss.

    The normaliser is the same for both sides of a pair, so that scores are all that is needed.
    """
    members, count = pairs.chance.shape
    every = torch.arange(members)[:, None]

    def loss(step: int) -> Tensor:
        some = torch.randint(count, (members, min(32, count)), generator=chance)
        both = torch.cat([pairs.chosen[every, some], pairs.rejected[every, some]], 1)
        better, worse = crowd(both).chunk(2, 1)
        sure, gap = pairs.chance[every, some], better - worse
        return (sure * preference(gap, beta) + (1 - sure) * preference(-gap, beta)).mean(1).sum()

    _descend(crowd, loss, rate, steps, told)


def learn_rewards(
    crowd: Crowd,
    features: Tensor,
    rewards: Tensor,
    beta: float,
    rate: float,
    steps: int,
    chance: torch.Generator,
    told: Told = id,
) -> None:
    """Each member by RLOO with KL in the reward, on 8 responses of every context a step.

    Args:
        crowd: changed; its reference is uniform.
        features: (C, R, D).
        rewards: (S, C, R).
        beta, rate, steps: of KL, of Adam, how many.
        chance: of what is said.
        told: called with the number of each step, before it.
    """
    contexts, responses, _ = features.shape

    def loss(step: int) -> Tensor:
        logprobs = crowd(features.flatten(0, 1)).view(-1, contexts, responses).log_softmax(-1)
        said = torch.multinomial(logprobs.detach().exp().flatten(0, 1), 8, replacement=True, generator=chance)
        said = said.view(-1, contexts, 8)
        ours, worth = logprobs.gather(2, said), rewards.gather(2, said)
        reference = torch.full_like(ours, -float(torch.log(torch.tensor(float(responses)))))
        return len(rewards) * reinforce(ours, leave_one_out(penalised(worth, ours, reference, beta)))

    _descend(crowd, loss, rate, steps, told)


@torch.no_grad()
def logits(crowd: Crowd, features: Tensor) -> Tensor:
    """Scores (S, C, R) of features (C, R, D)."""
    scores: Tensor = crowd(features.flatten(0, 1))
    return scores.view(-1, *features.shape[:2])


def judged(scores: Tensor, gold: Tensor) -> tuple[Tensor, Tensor]:
    """KL to the uniform reference and expected gold of the policies with these scores (S, C, R): (S,) and (S,)."""
    logprobs = scores.log_softmax(-1)
    far = (logprobs.exp() * logprobs).sum(-1).mean(-1) + torch.log(torch.tensor(float(scores.shape[-1])))
    return far, (logprobs.exp() * gold).sum(-1).mean(-1)


def at_distance(scores: Tensor, nats: float) -> Tensor:
    """Scores (S, C, R), each member's multiplied so that its policy is `nats` from the uniform reference."""
    low, high = torch.zeros(len(scores), 1, 1), torch.full((len(scores), 1, 1), 1e4)
    for _ in range(60):
        middle = (low + high) / 2
        over = judged(middle * scores, scores)[0][:, None, None] > nats
        low, high = torch.where(over, low, middle), torch.where(over, middle, high)
    return low * scores


def _descend(crowd: Crowd, loss: Callable[[int], Tensor], rate: float, steps: int, told: Told) -> None:
    optimizer = torch.optim.Adam(crowd.parameters(), lr=rate)
    for step in range(steps):
        told(step)
        optimizer.zero_grad()
        loss(step).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
