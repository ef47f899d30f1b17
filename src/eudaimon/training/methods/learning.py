"""The methods at work on a world that can be enumerated: drawn preferences, and rewards of drawn responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from eudaimon.training.methods.online import group_relative, k3, leave_one_out, penalised, reinforce
from eudaimon.training.methods.policies import Policy, fit

Advantage = Literal["rloo", "grpo", "grpo unscaled"]


@dataclass(frozen=True, slots=True)
class Online:
    """How a policy learns from rewards of what it says.

    Attributes:
        advantage: `rloo` has KL in the reward; `grpo` (scaled by each group's deviation, or not) has it in the loss.
        beta: weight of KL.
        group: responses a context, G.
        steps: of Adam.
        rate: its peak learning rate.
        corrected: whether KL in the loss has the right gradient (see `online.k3`).
        seed: of what is drawn.
    """

    advantage: Advantage = "rloo"
    beta: float = 1.0
    group: int = 16
    steps: int = 1000
    rate: float = 0.05
    corrected: bool = True
    seed: int = 0


def learn_online(
    policy: Policy, reference: Tensor, contexts: Tensor, reward: Tensor, how: Online, told: Callable[[int], object] = id
) -> list[float]:
    """Train on G responses of every context a step, contexts weighed by their frequency; the losses.

    Args:
        policy: is changed.
        reference: log-probabilities, (C, R).
        contexts: frequencies, (C,).
        reward: (C, R).
        how: settings.
        told: called with the number of each step, before it.
    """
    chance = torch.Generator().manual_seed(how.seed)
    step = 0

    def loss() -> Tensor:
        nonlocal step
        told(step)
        step += 1
        logprobs = policy.logprobs()
        said = torch.multinomial(logprobs.detach().exp(), how.group, replacement=True, generator=chance)
        ours, theirs, worth = (table.gather(1, said) for table in (logprobs, reference, reward))
        weight = len(contexts) * contexts[:, None]
        if how.advantage == "rloo":
            return reinforce(ours, weight * leave_one_out(penalised(worth, ours, theirs, how.beta)))
        advantages = group_relative(worth, scaled=how.advantage == "grpo")
        if how.advantage == "grpo unscaled":  # the mean includes the response itself: G / (G - 1) takes that back
            advantages = advantages * how.group / (how.group - 1)
        return reinforce(ours, weight * advantages) + how.beta * (weight * k3(ours, theirs, how.corrected)).mean()

    return fit(policy, loss, how.steps, how.rate)


def learn_pairs(policy: Policy, loss: Callable[[Tensor], Tensor], steps: int, rate: float) -> list[float]:
    """Train on a loss of the policy's log-probabilities (C, R), computed anew at every step; the losses."""
    return fit(policy, lambda: loss(policy.logprobs()), steps, rate)
