"""`governance audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.acting import COMMONS, LedgerPlace
from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="Power: who can force or stop what.")


@app.command()
def audit(
    ledger: LedgerPlace = COMMONS,
    subjects: Annotated[list[str] | None, typer.Option("--subject", help="A subject; repeat it for more.")] = None,
    picture: Annotated[Path | None, typer.Option("--draw", help="Draw it to this .svg or .png.")] = None,
) -> None:
    """Show each centre's power over each subject, how many can force or stop it, and what stands out.

    \b
    Examples:
      eudaimon governance audit
      eudaimon governance audit --subject charter/village --draw power.svg
    """
    from rich.table import Table

    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.power import SUBJECTS, audit, draw_power, monoculture

    state = Ledger.open(ledger).state
    lines = audit(state, subjects or SUBJECTS)
    centres = list(dict.fromkeys(name for line in lines for name in line.power))
    table = Table("subject", *centres, "force it", "stop it", "deadlock", box=None)
    for line in lines:
        shares = [f"{line.power.get(name, 0):.0%} ({line.banzhaf.get(name, 0):.0%})" for name in centres]
        table.add_row(line.subject, *shares, str(len(line.capture)), str(len(line.block)), f"{line.deadlock:.1%}")
    told = console()
    told.print("Shapley-Shubik index (Banzhaf); deadlock if each centre signs nine times in ten", style="bold")
    told.print(table)
    told.print(f"monoculture: {monoculture(state):.0%} of pairs of centres hold to the same charter")
    for warning in (warning for line in lines for warning in line.warnings):
        told.print(f"warning: {warning}")
    if picture is not None:
        told.print(f"drawn to {draw_power(lines, picture)}")
