"""`train dpo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from eudaimon.cli.training import options as o
from eudaimon.cli.training.running import carry_out


def dpo(
    context: typer.Context,
    model: o.Model,
    data: o.Data,
    out: o.Out = Path("runs/dpo"),
    steps: o.Steps = 200,
    batch: o.Batch = 8,
    rate: o.Rate = 1e-4,
    rank: o.Rank = 16,
    max_tokens: o.MaxTokens = 0,
    seed: o.Seed = 0,
    save_every: o.SaveEvery = 50,
    device: o.Device = "cpu",
    template: o.Template = None,
    beta: Annotated[float, typer.Option(help="How dear distance from the reference is; IPO's tau.")] = 0.1,
    loss: Annotated[
        Literal["sigmoid", "ipo", "robust"], typer.Option(help="sigmoid is DPO; robust expects flipped labels.")
    ] = "sigmoid",
    smoothing: Annotated[
        float,
        typer.Option(help="Share of labels that may be flipped: smoothed with sigmoid, corrected for with robust."),
    ] = 0.0,
    margin: Annotated[
        list[str] | None,
        typer.Option(help="MODPO: a column with reward(chosen) - reward(rejected); repeat it.", show_default=False),
    ] = None,
    weight: Annotated[
        list[float] | None,
        typer.Option(help="MODPO: weight of the pairs' own objective, then one for each margin.", show_default=False),
    ] = None,
    held_out: Annotated[float, typer.Option(help="Share of pairs that is kept from training, to watch.")] = 0.0,
    stop: Annotated[bool, typer.Option("--stop", help="End the run when held-out pairs tell of over-fitting.")] = False,
) -> None:
    """Learn from judged pairs: DPO, IPO, robust DPO, or MODPO, by TRL's DPOTrainer.

    Columns: chosen and rejected, with or without prompt. Stopped and called again, it goes on from its last checkpoint.

    \b
    Examples:
      eudaimon train dpo --model ./my-model --data pairs.jsonl --out runs/dpo
      eudaimon train dpo --model ./my-model --data pairs.jsonl --loss ipo --beta 0.2
      eudaimon train dpo --model ./my-model --data pairs.jsonl --smoothing 0.1
      eudaimon train dpo --model ./my-model --data pairs.jsonl --held-out 0.1 --stop
      eudaimon train dpo --model ./my-model --data pairs.jsonl --margin care --weight 0.6 --weight 0.4
    """
    told = {"beta": beta, "loss": loss, "smoothing": smoothing, "margins": margin or [], "weights": weight or [],
            "held_out": held_out, "stop": stop}  # fmt: skip
    carry_out(
        context, method="dpo", model=model, data=data, out=out, steps=steps, batch=batch, rate=rate, rank=rank,
        max_tokens=max_tokens, seed=seed, save_every=save_every, device=device, template=template, options=told,
    )  # fmt: skip
