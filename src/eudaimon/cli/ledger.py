"""`ledger verify|head|show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.acting import COMMONS, KeyPlace, LedgerPlace
from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="The public record of every act, each row sealing those before it.")


@app.command()
def verify(
    ledger: Annotated[Path, typer.Argument(help="The ledger's file.")] = COMMONS,
    heads: Annotated[Path | None, typer.Option("--head", help="Heads that you kept.", show_default=False)] = None,
) -> None:
    """Check every row, every signature and every rule from the first act on, and the heads that somebody signed.

    \b
    Examples:
      eudaimon ledger verify commons/ledger.jsonl --head my-heads.jsonl
    """
    from eudaimon.errors import InputError, LedgerBroken
    from eudaimon.governance.ledger import Ledger, contradictions, read_heads

    if not ledger.exists():
        raise InputError("there is no ledger; give its path", path=ledger)
    book = Ledger.open(ledger)
    known = read_heads(heads) if heads else []
    if faults := contradictions(book.rows, book.state.ledger, known):
        raise LedgerBroken(f"{ledger}: {faults[0]}")
    last = f", the last at {book.state.now}" if book.rows else ""
    console().print(f"{len(book.rows)} rows hold{last}; ledger {book.state.ledger}")
    console().print(f"{len(book.heads()) + len(known)} signed heads agree")
    if book.torn:
        console().print(f"{book.torn} bytes of a row that was never finished stand at the end, and count for nothing")


@app.command()
def head(key: KeyPlace, ledger: LedgerPlace = COMMONS) -> None:
    """Sign the present head, as one line of JSON.

    Append it to a file of your own elsewhere, and nobody can cut the ledger short unseen.

    \b
    Examples:
      eudaimon ledger head --key keys/me.pem
    """
    from eudaimon.governance.ledger import Ledger, head_line
    from eudaimon.governance.signing import Key

    typer.echo(head_line(Ledger.open(ledger).head(Key.read(key))), nl=False)


@app.command()
def show(ledger: LedgerPlace = COMMONS) -> None:
    """Show every act, in order.

    \b
    Examples:
      eudaimon ledger show
    """
    import json

    from rich.table import Table

    from eudaimon.governance.ledger import Ledger

    table = Table("row", "at", "by", "act", "what", box=None)
    for row in Ledger.open(ledger).rows:
        assert row.act is not None
        what = {name: value for name, value in row.act.body.items() if name not in ("text", "charter")}
        told = json.dumps(what, ensure_ascii=False)
        table.add_row(
            str(row.number), row.at, row.act.by[:8], row.kind, told if len(told) < 120 else told[:117] + "..."
        )
    console().print(table)
