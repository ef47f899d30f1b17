"""`train reward`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.training import options as o
from eudaimon.cli.training.running import carry_out


def reward(
    context: typer.Context,
    model: o.Model,
    data: o.Data,
    out: o.Out = Path("runs/reward"),
    steps: o.Steps = 200,
    batch: o.Batch = 8,
    rate: o.Rate = 1e-4,
    rank: o.Rank = 16,
    max_tokens: o.MaxTokens = 0,
    seed: o.Seed = 0,
    save_every: o.SaveEvery = 50,
    device: o.Device = "cpu",
    template: o.Template = None,
    centre: Annotated[float, typer.Option(help="How strongly rewards are drawn to a mean of 0.")] = 0.01,
) -> None:
    """Train a Bradley-Terry reward model from judged pairs, by TRL's RewardTrainer.

    Columns: chosen and rejected, with or without prompt; margin where there is one.

    \b
    Examples:
      eudaimon train reward --model ./my-model --data pairs.jsonl --rank 0 --out runs/reward
    """
    carry_out(
        context, method="reward", model=model, data=data, out=out, steps=steps, batch=batch, rate=rate, rank=rank,
        max_tokens=max_tokens, seed=seed, save_every=save_every, device=device, template=template,
        options={"centre": centre},
    )  # fmt: skip
