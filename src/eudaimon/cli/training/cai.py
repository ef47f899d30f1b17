"""`train cai`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console, if_stopped, quiet
from eudaimon.cli.training import options as o


def cai(
    context: typer.Context,
    model: o.Model,
    data: o.Data,
    out: o.Out = Path("runs/cai"),
    charter: Annotated[
        Path | None, typer.Option(help="A charter (YAML) instead of the shipped one.", show_default=False)
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Leave out the article with this id; repeat it.", show_default=False)
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Of criticism and revision.")] = 1,
    reply: Annotated[int, typer.Option(min=1, help="Tokens a reply, at most.")] = 128,
    beta: Annotated[float, typer.Option(help="How dear distance from the revised model is.")] = 0.1,
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
    """Constitutional AI: criticise and revise by a charter, learn that; weigh pairs by it, learn that.

    Columns: prompt. Stopped and called again, it goes on. What each article does, and which conflict, is in
    finished.json; --without ID trains as if an article were not there.

    \b
    Examples:
      eudaimon train cai --model ./my-model --data prompts.jsonl --charter charter.yaml
      eudaimon train cai --model ./my-model --data prompts.jsonl --without humility --out runs/cai-without-humility
    """
    from rich import progress as rich

    from eudaimon.values import read_charter

    quiet(model)
    if_stopped(context, f"To go on, call the same command again (--out {out}).")
    from eudaimon.training.constitution import principles_of
    from eudaimon.training.drivers import Plan
    from eudaimon.training.drivers.constitution import Constitution, bring_up

    chosen = principles_of(read_charter(charter) if charter else read_charter(), tuple(without or ()))
    plan = Plan(
        "sft", model, data, out, steps, batch, rate, rank, max_tokens, seed, save_every,
        None if device == "auto" else device, template,
    )  # fmt: skip
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=console(), transient=True) as bar:
        task = bar.add_task("", total=None)
        found = bring_up(
            Constitution(plan, chosen, rounds=rounds, max_tokens=reply, beta=beta),
            lambda done, total, figures: bar.update(task, completed=done, total=total),
            lambda stage: bar.reset(task, description=stage, total=None),
        )
    console().print(f"model: {found['model']}, adapter: {found['adapter']}")
    for name, share in found["turned without"].items():
        console().print(f"  {name}: {share:.0%} of preferences turn without it")
