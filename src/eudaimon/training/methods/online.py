"""Learning from rewards of what the policy itself says: advantages, KL, and the loss whose gradient is the policy's.

Shapes: B prompts, G completions each, (B, G). TRL's RLOO and GRPO trainers compute the same; these are what worlds that
can be enumerated are trained with, and what says where TRL's trainers should arrive.
"""

from __future__ import annotations

from torch import Tensor


def leave_one_out(rewards: Tensor) -> Tensor:
    """r_i - mean of the others' r, (B, G): Kool et al. 2019; RLOO, Ahmadian et al. 2024 (arXiv:2402.14740).

    >>> import torch
    >>> leave_one_out(torch.tensor([[0.0, 1.0, 2.0]])).tolist()
    [[-1.5, 0.0, 1.5]]
    """
    return (rewards - rewards.mean(-1, keepdim=True)) * rewards.shape[-1] / (rewards.shape[-1] - 1)


def group_relative(rewards: Tensor, scaled: bool = True, epsilon: float = 1e-4) -> Tensor:
    """(r_i - mean) / (standard deviation + epsilon), (B, G): GRPO, Shao et al. 2024 (arXiv:2402.03300), eq. 3.

    Unscaled as in Dr. GRPO (Liu et al. 2025, arXiv:2503.20783). Scaling is no mere normalisation: where KL is penalised
    beside it, beta is multiplied by each prompt's own deviation, so that the optimum is another.
    """
    centred = rewards - rewards.mean(-1, keepdim=True)
    return centred / (rewards.std(-1, keepdim=True) + epsilon) if scaled else centred


def penalised(rewards: Tensor, policy: Tensor, reference: Tensor, beta: float) -> Tensor:
    """r - beta (log p - log q), (B, G), as a constant: KL in the reward, which leaves pi* = ref exp(r / beta) / Z."""
    return rewards - beta * (policy - reference).detach()


def k3(policy: Tensor, reference: Tensor, corrected: bool = False) -> Tensor:
    """The estimator q/p - log(q/p) - 1 of KL(p || q), (B, G), to be differentiated: KL in the loss.

    At samples of p its *value* is right, but its gradient is that of KL(q || p), which has another optimum
    (`oracles.forward_optimum`). Corrected by the ratio of p to its own constant, it is right (TRL's
    `use_bias_correction_kl`).
    """
    ratio = reference - policy
    plain = ratio.exp() - ratio - 1
    return plain * (policy - policy.detach()).exp() if corrected else plain


def reinforce(policy: Tensor, advantages: Tensor) -> Tensor:
    """A scalar whose gradient is the policy's (Williams 1992), from log-probabilities and advantages, (B, G)."""
    return -(advantages.detach() * policy).mean()
