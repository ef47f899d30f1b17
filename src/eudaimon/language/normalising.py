"""Root mean square normalisation (Zhang & Sennrich 2019, arXiv:1910.07467) in four operations.

PyTorch has no fused one on a CPU, and composes it of nine: 9 us for a row, where an addition takes 1. Here
x / sqrt(mean(x^2) + eps) = sqrt(n) x / hypot(|x|, sqrt(n eps)), with |x| by one operation.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import rms_norm


class Norm:
    """A model's own normalisation of the last dimension, by its module's weights as they are now.

    Args:
        whole: False leaves the last multiplication, by `scale`, to whoever does it at no cost.
    """

    def __init__(self, module: Any, whole: bool = True) -> None:
        self._weight, self._eps, self._whole = module.weight.detach(), float(module.variance_epsilon), whole
        self._size = self._weight.shape[-1]
        self.least = torch.tensor((self._size * self._eps) ** 0.5)
        self.scale = self._weight * self._size**0.5

    def __call__(self, states: Tensor) -> Tensor:
        if states.dtype != torch.float32 or states.device.type != "cpu":
            return rms_norm(states, (self._size,), self._weight, self._eps)
        lengths = torch.linalg.vector_norm(states, dim=-1, keepdim=True).hypot_(self.least)
        short = torch.div(states, lengths)
        return short.mul_(self.scale) if self._whole else short
