"""`persona list|show|rollback`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console
from eudaimon.cli.options import FIRST, Directory

app = typer.Typer(no_args_is_help=True, help="The personas of a life: who speaks, and who grew from whom.")

Name = Annotated[str, typer.Argument(help="The persona's id, or how it begins.", show_default=False)]


@app.command("list")
def list_(directory: Directory = FIRST) -> None:
    """List all personas of a life.

    \b
    Examples:
      eudaimon persona list
    """
    from rich.table import Table

    from eudaimon.life import personas

    table = Table("persona", "from night", "grew from", "gate", "speaks", box=None)
    for record, outcome in personas(directory):
        table.add_row(record.id, str(record.night or ""), record.parent, outcome, "*" if record.current else "")
    console().print(table)


@app.command()
def show(name: Name, directory: Directory = FIRST) -> None:
    """Show a persona's lineage, what made it, and its lessons where it has any.

    \b
    Examples:
      eudaimon persona show newborn
    """
    from eudaimon.life import biography

    for line in biography(directory, name):
        console().print(line)


@app.command()
def rollback(name: Name, directory: Directory = FIRST) -> None:
    """Let another persona speak from now on. Nothing is lost; roll back again to undo it.

    \b
    Examples:
      eudaimon persona rollback newborn
    """
    from eudaimon.life import rollback

    record, outcome = rollback(Path(directory), name)
    refused = f", though the gate of night {record.night} rolled it back" if outcome == "rolled back" else ""
    console().print(f"{record.id} speaks from now on{refused}")
