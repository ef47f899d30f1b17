"""Rotary positions (Su et al. 2021, arXiv:2104.09864), halves of a head against each other, looked up in a table.

The angles of a position are worked out by the model's own module, once, and not anew for every token: at 3M parameters
that took a twentieth of a token's time.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

STEADY = ("default", "linear", "llama3", "yarn")
"""Kinds of scaling whose angles do not depend on how long a text is."""

Turn = tuple[Tensor, Tensor]
"""Cosines and sines (B, 1, T, size), or of one position (size,); the first half of the sines has its sign changed."""


class Turns:
    """The angles of a model's rotary module."""

    def __init__(self, rotary: Any) -> None:
        self._rotary = rotary
        self._steady = getattr(rotary, "rope_type", "default") in STEADY
        self._known = torch.empty(2, 0, 1)

    def __call__(self, positions: Tensor, states: Tensor) -> Turn:
        """Of `positions` (B, T), for states of this kind."""
        if not self._steady or states.device.type != "cpu":  # elsewhere the greatest position is not known in time
            cosine, sine = self._angles(positions, states)
            return cosine[:, None], sine[:, None]
        reach = int(positions.max()) + 1
        if reach > self._known.shape[-2] or self._known.dtype != states.dtype:
            every = torch.arange(max(256, 2 * reach), device=states.device)
            self._known = torch.cat(self._angles(every[None], states))
        if positions.numel() == 1:  # a view
            cosine, sine = self._known[:, reach - 1]
        else:
            cosine, sine = self._known[:, positions[:, None]]
        return cosine, sine

    def _angles(self, positions: Tensor, states: Tensor) -> tuple[Tensor, Tensor]:
        cosine, sine = self._rotary(states, positions)
        half = sine.shape[-1] // 2
        return cosine, torch.cat([-sine[..., :half], sine[..., half:]], dim=-1)


def turned(states: Tensor, turn: Turn) -> Tensor:
    """States (B, H, T, size) at their positions."""
    cosine, sine = turn
    return torch.addcmul(states * cosine, states.roll(states.shape[-1] // 2, -1), sine)
