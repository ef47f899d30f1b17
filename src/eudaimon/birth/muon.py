"""Muon for processors on which bfloat16 is slow."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor


class SingleMuon(torch.optim.Muon):
    """`torch.optim.Muon`, with step sizes matched to AdamW's, whose Newton-Schulz iteration runs in single precision.

    torch's own runs in bfloat16 whatever the machine. A processor without kernels for that multiplies by plain loops:
    on a Zen 3 a matrix of 768 x 256 takes 550 ms a step, and 33 ms in single precision. The state is torch's, so that a
    checkpoint of the one goes on with the other; updates differ by the rounding of bfloat16.

    Args:
        matrices: what learns; each has two dimensions, or ValueError.
        lr, weight_decay: as for AdamW.
    """

    def __init__(self, matrices: Iterable[Tensor], lr: float, weight_decay: float) -> None:
        super().__init__(matrices, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One step down the gradients that there are; `closure` must be None."""
        assert closure is None, "gradients are there already"
        for group in self.param_groups:
            rate, momentum = group["lr"], group["momentum"]
            for matrix in group["params"]:
                if matrix.grad is None:
                    continue
                state = self.state[matrix]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(matrix.grad)
                mean = state["momentum_buffer"]
                mean.lerp_(matrix.grad, 1 - momentum)
                ahead = matrix.grad.lerp(mean, momentum)
                update = orthogonalised(ahead, group["ns_coefficients"], group["ns_steps"], group["eps"])
                matrix.mul_(1 - rate * group["weight_decay"])
                matrix.add_(update, alpha=-rate * 0.2 * math.sqrt(max(matrix.shape)))


def orthogonalised(matrix: Tensor, coefficients: tuple[float, float, float], steps: int, least: float) -> Tensor:
    """`matrix` [rows, columns] with its singular values brought near 1 (between about .5 and 1.5), by `steps` of the
    quintic Newton-Schulz iteration of Jordan et al. (2024); a norm below `least` counts as that."""
    a, b, c = coefficients
    wide = matrix if matrix.size(0) <= matrix.size(1) else matrix.T
    wide = wide / wide.norm().clamp(min=least)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide if matrix.size(0) <= matrix.size(1) else wide.T
