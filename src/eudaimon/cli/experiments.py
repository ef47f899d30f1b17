"""`experiment list|show|run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eudaimon.cli.console import console, quiet

if TYPE_CHECKING:
    from eudaimon.experiments.apart import Apart
    from eudaimon.experiments.harness.runner import Mode

app = typer.Typer(no_args_is_help=True, help="The claims of the seeds, as experiments that can fail.")

Name = Annotated[str, typer.Argument(help="The experiment's name.", show_default=False)]
Results = Annotated[Path, typer.Option("--results", help="The folder of results.")]


@app.command("list")
def list_(results: Results = Path("results")) -> None:
    """List the experiments and where each claim stands.

    \b
    Examples:
      eudaimon experiment list
    """
    from rich.table import Table

    from eudaimon.experiments.catalogue import rows

    table = Table("name", "verdict", "tries", "hypothesis", box=None)
    for row in rows(results):
        table.add_row(row.name, row.verdict, str(row.attempts), row.hypothesis)
    console().print(table)


@app.command()
def show(name: Name) -> None:
    """Show what an experiment was registered to test: claim, metric, thresholds, controls.

    \b
    Examples:
      eudaimon experiment show sleep
    """
    from eudaimon.experiments.catalogue import find

    registered = find(name).registration
    out = console()
    out.print(registered.name, style="bold")
    out.print(f"claim: {registered.claim}")
    out.print(f"hypothesis: {registered.hypothesis}")
    out.print(f"metric: {registered.metric}")
    for criterion in registered.criteria:
        out.print(f"criterion: {criterion.name} {criterion.sense} {criterion.threshold}")
    for control in registered.controls:
        out.print(f"control: {control}")
    out.print(f"analysis: {registered.analysis}")


@app.command()
def run(
    name: Name,
    development: Annotated[
        bool, typer.Option("--development", help="Live in development villages; counts no try, keeps no result.")
    ] = False,
    null: Annotated[
        bool, typer.Option("--null", help="The planted null: with labels shuffled; must not meet.")
    ] = False,
    minutes: Annotated[float, typer.Option(help="No unit begins later than this.")] = 25.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew; if confirmatory, that is another try.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="The folder of data, for those that run on some.", show_default=False)
    ] = None,
) -> None:
    """Run an experiment, or go on with it where it stopped; every confirmatory try is counted.

    Those whose units are worlds or data and not lives (see the list) run in one go.

    \b
    Examples:
      eudaimon experiment run sleep --development
      eudaimon experiment run sleep
      eudaimon experiment run goodhart
      eudaimon experiment run slates --data polis
    """
    from eudaimon.errors import ExperimentError
    from eudaimon.experiments.apart import Apart
    from eudaimon.experiments.catalogue import find, require_results
    from eudaimon.experiments.harness.runner import Mode, run_experiment
    from eudaimon.experiments.harness.watching import bar

    if development and null:
        raise ExperimentError("a planted null is a development run already; give --null alone")
    mode = Mode.NULL if null else Mode.DEVELOPMENT if development else Mode.CONFIRMATORY
    quiet()
    found = find(name)
    require_results(Path("results"))
    if isinstance(found, Apart):
        if fresh:
            raise ExperimentError(f"'{name}' runs in one go, always anew; leave --fresh out")
        _run_apart(found, data, mode)
        return
    if data is not None:
        raise ExperimentError(f"'{name}' lives in villages and runs on no data; leave --data out")
    with bar(name) as watch:
        standing = run_experiment(found, mode, minutes=minutes, fresh=fresh, watch=watch)
    console().print(standing.message)


def _run_apart(apart: Apart, data: Path | None, mode: Mode) -> None:
    """Run one whose units are not lives, and say what came of it."""
    import json

    from eudaimon.errors import ExperimentError
    from eudaimon.experiments.apart import run_apart
    from eudaimon.experiments.harness.runner import Mode
    from eudaimon.experiments.harness.watching import steps

    if mode is Mode.NULL:
        raise ExperimentError(f"'{apart.name}' has no labels to shuffle; its nulls are among its controls")
    with steps(apart.name) as watch:
        path = run_apart(apart, data, Path("results"), watch, development=mode is Mode.DEVELOPMENT)
    page = json.loads(path.read_text(encoding="utf-8"))
    told = "; ".join(f"{c['asked']}: {c['value']} {c['interval']}" for c in page["criteria"])
    console().print(f"{apart.name} ({mode}): {page['verdict']}. {told}. Written to {path}.", highlight=False)
