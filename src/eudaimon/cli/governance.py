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
    """Show each centre's power over each subject, who can force or stop it, Ostrom's principles, and what stands out.

    \b
    Examples:
      eudaimon governance audit
      eudaimon governance audit --subject charter/village --draw power.svg
    """
    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.power import SUBJECTS, audit, draw_power, monoculture, principles

    book = Ledger.open(ledger)
    state, witnesses = book.state, len({head.by for head in book.heads()})
    lines = audit(state, subjects or SUBJECTS)
    told = console()
    told.print("Shapley-Shubik index (Banzhaf); deadlock if each centre signs nine times in ten", style="bold")
    for line in lines:
        held = [f"{name} {share:.0%} ({line.banzhaf[name]:.0%})" for name, share in line.power.items() if share]
        ends = f"{len(line.capture)} can force it, {len(line.block)} can stop it; deadlock {line.deadlock:.1%}"
        told.print(f"{line.subject}: {', '.join(held) or 'nobody'}; {ends}")
    told.print(f"monoculture: {monoculture(state):.0%} of pairs of centres hold to the same charter")
    for one in principles(state, witnesses):
        told.print(f"{'holds' if one.holds else 'LACKS'}  {one.name}: {one.why}")
    for warning in (warning for line in lines for warning in line.warnings):
        told.print(f"warning: {warning}")
    if picture is not None:
        told.print(f"drawn to {draw_power(lines, picture)}")
