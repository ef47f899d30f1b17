"""A plan, carried out under a progress bar."""

from __future__ import annotations

import os
from typing import Any

import typer

from eudaimon.cli.console import console, if_stopped, quiet


def carry_out(context: typer.Context, **plan: Any) -> None:
    """Train as planned and say where the weights are."""
    from rich import progress as rich

    from eudaimon.errors import TrainingError

    quiet(plan["model"])
    if_stopped(context, f"To go on from the last checkpoint, call the same command again (--out {plan['out']}).")
    from eudaimon.training.drivers import Plan, train

    plan["device"] = None if plan["device"] == "auto" else plan["device"]
    try:
        planned = Plan(**plan)
    except ValueError as error:
        raise TrainingError(str(error)) from None
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
    )
    first = os.environ.get("RANK", "0") == "0"
    with rich.Progress(*columns, console=console(), transient=True, disable=not first) as bar:
        task = bar.add_task(plan["method"], total=plan["steps"])

        def told(done: int, total: int, figures: dict[str, float]) -> None:
            loss = f", loss {float(figures['loss']):.3f}" if "loss" in figures else ""
            bar.update(task, completed=done, total=total, description=plan["method"] + loss)

        outcome = train(planned, told)
    if first:
        figures = outcome.figures
        console().print(
            f"{figures['steps']} steps, loss {figures['loss']:.4f}, {figures['seconds']:.0f} s: {outcome.weights}"
        )
