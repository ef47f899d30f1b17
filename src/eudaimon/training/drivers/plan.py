"""What is to be trained, on what, and how: everything that a run's result depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from eudaimon.language.opening import at_home

Method = Literal["sft", "dpo", "reward", "rlhf"]
Told = Callable[[int, int, dict[str, float]], None]
"""Given the steps that are done, of how many, and the trainer's latest figures."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A training run.

    Attributes:
        method: which of TRL's trainers is driven.
        model: a directory or hub id.
        data: a file (.jsonl, .json, .csv, .parquet), a directory that `datasets` saved, or a hub id.
        out: the run's directory.
        steps: optimizer steps.
        batch: rows a step and device; for `rlhf`, completions.
        rate: peak learning rate; it falls to 0 by a cosine.
        rank: of the LoRA matrices, put into all linear layers; 0 trains all weights.
        max_tokens: prompt and completion together; by default as many as the model has places for, at most 1,024.
        seed: of the adapter's first weights, the order of rows, and what is drawn.
        save_every: steps between two checkpoints.
        device: `cpu`, or None for whatever accelerate finds.
        template: a Jinja chat template, or a file of one, instead of the model's.
        keep: how many checkpoints are kept, the last ones; it changes nothing else.
        options: of the method; `methods.OPTIONS` names them, with what they are by default.
    """

    method: Method
    model: str
    data: str
    out: Path
    steps: int = 200
    batch: int = 8
    rate: float = 1e-4
    rank: int = 16
    max_tokens: int = 0
    seed: int = 0
    save_every: int = 50
    device: str | None = "cpu"
    template: str | None = None
    keep: int = 2
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", str(at_home(self.model)))
        for name in ("steps", "batch", "rate", "save_every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, but it is {getattr(self, name)}; give a positive number")
        if self.rank < 0 or self.max_tokens < 0:
            raise ValueError("rank and max_tokens must not be negative; 0 stands for all weights and for the model's")

    def settings(self) -> dict[str, Any]:
        """What the result depends on, as JSON values: everything but where it is put and what is kept."""
        told = asdict(self)
        del told["out"], told["keep"]
        return {**told, "options": dict(self.options)}
