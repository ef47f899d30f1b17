"""What all commands share that do a public act: sign it, and take it in or leave it as a draft to approve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eudaimon.cli.console import console

if TYPE_CHECKING:
    from eudaimon.governance.signing import Act

LedgerPlace = Annotated[Path, typer.Option("--ledger", "-l", help="The ledger's file.")]
KeyPlace = Annotated[Path, typer.Option("--key", "-k", help="Your private key's file.", show_default=False)]
DraftPlace = Annotated[
    Path | None,
    typer.Option("--draft", help="Write the act here for others to approve, instead of doing it.", show_default=False),
]
COMMONS = Path("commons/ledger.jsonl")


def do(ledger: Path, key: Path, kind: str, body: Mapping[str, Any], draft: Path | None = None) -> None:
    """Signs an act with a key, and takes it in, or writes it to `draft`."""
    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.signing import Key, propose

    signer, book = Key.read(key), Ledger.open(ledger)
    act = propose(signer, kind, body, book.state.ledger)
    if draft is not None:
        leave(act, draft)
        console().print(f"left in {draft}; others sign with eudaimon authority approve {draft}")
        return
    row = book.append(act, signer)
    console().print(f"row {row.number}: {kind}, at {row.at}")


def leave(act: Act, draft: Path) -> None:
    """Writes an act to a file."""
    from eudaimon.governance.files import write_whole

    write_whole(draft, json.dumps(act.as_json(), ensure_ascii=False, indent=1).encode())


def taken_up(draft: Path) -> Act:
    """The act in a file that `leave` wrote."""
    from eudaimon.errors import FormatError, InputError
    from eudaimon.governance.signing import read_act

    try:
        return read_act(json.loads(draft.read_text(encoding="utf-8")))
    except OSError as wrong:
        raise InputError(f"no draft can be read ({wrong.strerror}); make one with --draft", path=draft) from None
    except ValueError as wrong:
        raise FormatError(f"expected an act in JSON, but {wrong}; make it anew", path=draft) from None
