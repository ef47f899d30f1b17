"""`release publish|export|verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.acting import COMMONS, DraftPlace, KeyPlace, LedgerPlace, do
from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="Releases of charters, personas, adapters and packs, with their proof.")

Name = Annotated[str, typer.Argument(help="What it is called.", show_default=False)]
Version = Annotated[str, typer.Argument(help="Which version.", show_default=False)]


@app.command()
def publish(
    kind: Annotated[str, typer.Argument(help="charter, persona, adapter or pack.", show_default=False)],
    name: Name,
    version: Version,
    content: Annotated[Path, typer.Argument(help="The file or folder that is released.", show_default=False)],
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Release something; its digest is signed by those whose signatures its scope demands.

    \b
    Examples:
      eudaimon release publish persona village 3 runs/first/personas/n3 --key keys/me.pem --draft release.json
    """
    from eudaimon.governance.releases import content_digest

    told = {"kind": kind, "name": name, "version": version, "digest": content_digest(content)}
    do(ledger, key, "publish", told, draft)


@app.command()
def export(
    name: Name,
    version: Version,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to.")] = Path("release.json"),
    ledger: LedgerPlace = COMMONS,
) -> None:
    """Write a release's proof as one file, to be sent along with its content.

    \b
    Examples:
      eudaimon release export village 3 --out village-3.release.json
    """
    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.releases import write_release

    write_release(out, Ledger.open(ledger).rows, name, version)
    console().print(f"written to {out}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A file that release export wrote.", show_default=False)],
    content: Annotated[Path | None, typer.Option(help="What was released.", show_default=False)] = None,
    root: Annotated[str, typer.Option(help="Id of the ledger that you trust, or how it begins.")] = "",
    heads: Annotated[Path | None, typer.Option("--head", help="Heads that you know.", show_default=False)] = None,
) -> None:
    """Check a release without any network: who signed it, by whose rules, and whether the content is the one.

    \b
    Examples:
      eudaimon release verify village-3.release.json --content village-3 --root 5f0c9a1b
    """
    from eudaimon.governance.ledger import read_heads
    from eudaimon.governance.releases import verify_release

    found = verify_release(file, content, root, read_heads(heads) if heads else ())
    told, what = console(), found.published
    told.print(f"{what.kind} '{what.name}' {what.version}, signed by {', '.join(found.signers)} at {found.at}")
    told.print(f"content {what.digest[:16]}: " + ("it is the one" if content else "not looked at (give --content)"))
    told.print(f"rests on the ledger {found.ledger}" + ("" if root else "; trust it only if you know this id"))
