"""`train rlhf`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from eudaimon.cli.training import options as o
from eudaimon.cli.training.running import carry_out


def rlhf(
    context: typer.Context,
    model: o.Model,
    data: o.Data,
    reward: Annotated[
        list[str],
        typer.Option(
            help="file.py:function, module:function, a reward model's directory, or `council`: the archetypes' score "
            "on the model's own frozen weights, bounded by good enough. Repeat it for several.",
            show_default=False,
        ),
    ],
    out: o.Out = Path("runs/rlhf"),
    steps: o.Steps = 200,
    batch: o.Batch = 16,
    rate: o.Rate = 1e-5,
    rank: o.Rank = 16,
    max_tokens: o.MaxTokens = 0,
    seed: o.Seed = 0,
    save_every: o.SaveEvery = 50,
    device: o.Device = "cpu",
    template: o.Template = None,
    reward_weight: Annotated[
        list[float] | None, typer.Option(help="Of each reward, in their order.", show_default=False)
    ] = None,
    to_the_point: Annotated[
        str,
        typer.Option(
            help="Pairs (prompt, chosen, rejected) that teach a floor of relevance: replies that do not take up what "
            "was asked, or are the same whatever is asked, lose.",
            show_default=False,
        ),
    ] = "",
    to_the_point_unit: Annotated[
        float, typer.Option(min=0, help="What a logit below that floor costs, in units of the rewards.")
    ] = 1.0,
    advantage: Annotated[
        Literal["rloo", "grpo", "grpo unscaled"],
        typer.Option(help="How rewards of a group become advantages; scaled GRPO has another optimum."),
    ] = "rloo",
    beta: Annotated[float, typer.Option(help="How dear distance from the reference is.")] = 0.05,
    group: Annotated[int, typer.Option(min=2, help="Completions a prompt; divides the batch.")] = 8,
    completion: Annotated[int, typer.Option(min=1, help="Tokens a completion, at most.")] = 64,
    temperature: Annotated[float, typer.Option(help="Of what is drawn.")] = 1.0,
) -> None:
    """Learn from rewards of what the model itself says, by TRL's RLOOTrainer or GRPOTrainer.

    Columns: prompt; all others are handed to the reward functions, f(prompts, completions, **columns) -> floats.

    \b
    Examples:
      eudaimon train rlhf --model ./my-model --data prompts.jsonl --reward rewards.py:short
      eudaimon train rlhf --model ./my-model --data prompts.jsonl --reward council
      eudaimon train rlhf --model ./my-model --data prompts.jsonl --reward runs/reward/model --to-the-point pairs.jsonl
      eudaimon train rlhf --model ./my-model --data prompts.jsonl --reward runs/reward/model --advantage grpo
    """
    reward = [f"eudaimon.life.rewards:council({model})" if one == "council" else one for one in reward]
    told = {
        "rewards": reward, "reward_weights": reward_weight or [], "advantage": advantage, "beta": beta, "group": group,
        "completion": completion, "temperature": temperature, "to_the_point": to_the_point,
        "to_the_point_unit": to_the_point_unit,
    }  # fmt: skip
    carry_out(
        context, method="rlhf", model=model, data=data, out=out, steps=steps, batch=batch, rate=rate, rank=rank,
        max_tokens=max_tokens, seed=seed, save_every=save_every, device=device, template=template, options=told,
    )  # fmt: skip
