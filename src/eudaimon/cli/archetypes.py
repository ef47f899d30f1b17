"""`archetypes list|show|check|seal`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="The archetypes: who they are, and whether they are as they were sealed.")

Own = Annotated[
    Path | None, typer.Option("--file", help="A YAML file with archetypes of your own.", show_default=False)
]
Name = Annotated[str, typer.Argument(help="The archetype's name.", show_default=False)]


@app.command("list")
def list_(file: Own = None) -> None:
    """List archetypes and the roles composed from them, and the pools that councils are drawn from.

    \b
    Examples:
      eudaimon archetypes list
      eudaimon archetypes list --file mine.yaml
    """
    from rich.table import Table

    from eudaimon.psyche import load_archetypes, read_pools

    archetypes = load_archetypes(file)
    table = Table("name", "symbol", "concern", "holds a floor", "pulls against", "composed from", box=None)
    table.columns[0].min_width = max(map(len, archetypes))  # it is to be typed
    for one in archetypes.values():
        floor = "yes" if one.holds_floor else ""
        table.add_row(one.name, one.symbol, one.concern, floor, ", ".join(one.opposes), ", ".join(one.members))
    console().print(table)
    for name, pool in read_pools(archetypes).items():
        console().print(f"pool {name}: {', '.join(pool)}")


@app.command()
def show(name: Name, file: Own = None) -> None:
    """Show all that an archetype is, and its seal.

    \b
    Examples:
      eudaimon archetypes show sage
    """
    from eudaimon.errors import InputError
    from eudaimon.psyche import load_archetypes, seal_of

    archetypes = load_archetypes(file)
    if name not in archetypes:
        raise InputError(f"there is no archetype '{name}'; choose one of {', '.join(archetypes)}")
    one = archetypes[name]
    console().print(one.name, style="bold")
    fields = {"symbol": one.symbol, "concern": one.concern, "voice": one.voice, "card": one.card.strip()}
    fields |= {"pulls against": ", ".join(one.opposes), "composed from": ", ".join(one.members)}
    fields |= {"holds a floor": "yes" if one.holds_floor else "no", "seal": seal_of(one).digest}
    for field, text in fields.items():
        if text:
            console().print(f"{field}: {text}")


@app.command()
def check(file: Own = None) -> None:
    """Check that every archetype is what it was sealed as.

    \b
    Examples:
      eudaimon archetypes check
      eudaimon archetypes check --file mine.yaml
    """
    from eudaimon.psyche import load_archetypes

    console().print(f"{len(load_archetypes(file))} archetypes, all as they were sealed")


@app.command()
def seal(name: Name, file: Own = None) -> None:
    """Seal an archetype as it stands now. Lives that were begun with another seal of it refuse to go on.

    \b
    Examples:
      eudaimon archetypes seal grandmother --file mine.yaml
    """
    from eudaimon.psyche import reseal

    sealed = reseal(name, file)
    console().print(f"{sealed.name} is sealed: {sealed.digest}")
