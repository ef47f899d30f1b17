"""`train sft`."""

from __future__ import annotations

from pathlib import Path

import typer

from eudaimon.cli.training import options as o
from eudaimon.cli.training.running import carry_out


def sft(
    context: typer.Context,
    model: o.Model,
    data: o.Data,
    out: o.Out = Path("runs/sft"),
    steps: o.Steps = 200,
    batch: o.Batch = 8,
    rate: o.Rate = 1e-4,
    rank: o.Rank = 16,
    max_tokens: o.MaxTokens = 0,
    seed: o.Seed = 0,
    save_every: o.SaveEvery = 50,
    device: o.Device = "cpu",
    template: o.Template = None,
) -> None:
    """Supervised fine-tuning, by TRL's SFTTrainer.

    Columns: messages, or prompt and completion, or text. Stopped and called again, it goes on from its last checkpoint.

    \b
    Examples:
      eudaimon train sft --model ./my-model --data chats.jsonl --out runs/sft
      eudaimon train sft --model ./my-model --data lessons.parquet --rank 0 --rate 2e-5
    """
    carry_out(
        context, method="sft", model=model, data=data, out=out, steps=steps, batch=batch, rate=rate, rank=rank,
        max_tokens=max_tokens, seed=seed, save_every=save_every, device=device, template=template,
    )  # fmt: skip
