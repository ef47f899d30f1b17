"""Pressure: one adapter at several strengths, and the strength at which something comes out as wanted.

A LoRA update is linear in its second matrices, so an adapter times a number lies on the line from the base through it
(Wortsman et al. 2021, "Robust fine-tuning of zero-shot models", beyond 1 as well).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

WEIGHTS = "adapter_model.safetensors"
STRENGTHS, NEAR = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0), 0.03
"""The strengths at which a rate is tried to be matched, forwards and backwards, and how near is near enough."""


def times(adapter: Path, strength: float, out: Path) -> Path:
    """A copy of an adapter, `strength` times as strong."""
    from safetensors.torch import load_file, save_file

    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(adapter, out)
    weights = load_file(adapter / WEIGHTS)
    stronger = {name: value * (strength if ".lora_B." in name else 1.0) for name, value in weights.items()}
    save_file(stronger, out / WEIGHTS, metadata={"format": "pt"})
    return out


def strength_for(rate: Callable[[float], float], wanted: float) -> float:
    """The strength at which `rate` comes within NEAR of `wanted`: the weakest of STRENGTHS, forwards or, away from what
    the adapter learned, backwards; where none does, the one that comes nearest. The rate need not rise steadily.

    >>> strength_for(lambda strength: 0.5 + strength / 8, 0.25)
    -2.0
    """
    found: dict[float, float] = {}
    for strength in dict.fromkeys(way * size for size in STRENGTHS for way in (1, -1)):
        found[strength] = rate(strength)
        if abs(found[strength] - wanted) <= NEAR:
            return strength
    return min(found, key=lambda strength: abs(found[strength] - wanted))
