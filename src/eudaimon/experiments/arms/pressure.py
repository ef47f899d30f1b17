"""Pressure: one adapter at several strengths, and the strength at which something comes out as wanted.

A LoRA update is linear in its second matrices, so an adapter times a number lies on the line from the base through it
(Wortsman et al. 2021, "Robust fine-tuning of zero-shot models", beyond 1 as well).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

WEIGHTS = "adapter_model.safetensors"
MOST, GUESSES, NEAR = 4.0, 7, 0.03
"""The strength that is never exceeded where a rate is matched, how often it is guessed at, and how near is enough."""


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
    """The strength in [0, MOST] at which `rate`, which rises with it, is nearest to `wanted`, by bisection: the first
    within NEAR of it, or the nearest of GUESSES.

    >>> strength_for(lambda strength: strength / 8, 0.125)
    1.0
    """
    low, high, found = 0.0, MOST, {}
    for _ in range(GUESSES):
        middle = (low + high) / 2
        found[middle] = rate(middle)
        if abs(found[middle] - wanted) <= NEAR:
            return middle
        low, high = (middle, high) if found[middle] < wanted else (low, middle)
    return min(found, key=lambda strength: abs(found[strength] - wanted))
