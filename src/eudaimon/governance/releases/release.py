"""A release: what it is, and all that is needed to check by whose authority, in one file.

The file holds the act that published it and the ledger's rows up to there. Rows that bear on who may sign are shown
whole; the others are bare, so that nobody's vote or consent travels along. Whoever knows the ledger's id can verify the
file with no network, trusting neither the server that it came from nor whoever sent it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eudaimon.errors import FormatError, GovernanceError, InputError, LedgerBroken, SignatureRefused
from eudaimon.governance.files import write_whole
from eudaimon.governance.kernel import CONSTITUTING, Kernel, Publish
from eudaimon.governance.ledger import Head, Row, contradictions, read_row, replay

FORMAT = "eudaimon release 1"


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was verified.

    Attributes:
        published: what.
        ledger: id of the ledger on whose word it rests.
        at: when it was published, UTC.
        signers: ids of the centres that signed it.
        rows: how many rows the ledger had then.
    """

    published: Publish
    ledger: str
    at: str
    signers: tuple[str, ...]
    rows: int


def content_digest(path: str | Path) -> str:
    """SHA-256 (hex) of a file; of a folder, that of its files' names and digests in order. Links are refused.

    Raises:
        InputError: there is nothing there, or something that is neither file nor folder.
    """
    path = Path(path)
    if path.is_file() and not path.is_symlink():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if not path.is_dir() or path.is_symlink():
        raise InputError("expected a file or a folder; give the path of what is released", path=path)
    inside = sorted(one for one in path.rglob("*") if not one.is_dir() or one.is_symlink())
    lines = [f"{content_digest(one)}  {one.relative_to(path).as_posix()}\n" for one in inside]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_release(path: str | Path, rows: Sequence[Row], name: str, version: str) -> None:
    """Writes the file of a release that these rows hold.

    Raises:
        GovernanceError: they hold none of this name and version.
    """
    at = next((row.number for row in rows if _publishes(row, name, version)), None)
    if at is None:
        raise GovernanceError(f"'{name}' {version} was not released here; publish it first")
    shown = [row if row.kind in CONSTITUTING or row.number == at else row.bare for row in rows[: at + 1]]
    content = {"format": FORMAT, "rows": [row.as_json() for row in shown]}
    write_whole(Path(path), json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode())


def verify_release(
    path: str | Path, content: str | Path | None = None, root: str = "", heads: Sequence[Head] = ()
) -> Release:
    """What a release's file shows, once all of it is checked.

    Args:
        path: the file.
        content: what was released; checked against the digest that was signed for.
        root: id of the ledger that is trusted, or how it begins (8 digits or more); empty: whichever the file names.
        heads: known from elsewhere; those of that time or before show whether it is the same history.

    Raises:
        FormatError: it is no release's file.
        LedgerBroken: its rows do not hold.
        SignatureRefused: it rests on another ledger, or its content is another.
    """
    rows = _read(Path(path))
    kernel = Kernel(lambda old, new: ())
    replay(rows, kernel, path)
    act = rows[-1].act
    if act is None or act.kind != "publish":
        raise FormatError("its last row publishes nothing; ask for the file anew", path=path)
    published, ledger = kernel.state.releases[-1], kernel.state.ledger
    if root and (len(root) < 8 or not ledger.startswith(root)):
        raise SignatureRefused(f"{path} rests on the ledger {ledger[:16]}, not on {root[:16]}; do not use it")
    if wrong := contradictions(rows, ledger, [head for head in heads if head.rows <= len(rows)]):
        raise LedgerBroken(f"{path}: {wrong[0]}")
    if content is not None and content_digest(content) != published.digest:
        raise SignatureRefused(f"{content} is not what was signed for as '{published.name}'; do not use it")
    state, at = kernel.state, rows[-1].at
    signers = tuple(name for name in state.centres if any(state.signs(name, key, at) for key in act.signers))
    return Release(published, ledger, rows[-1].at, signers, len(rows))


def _publishes(row: Row, name: str, version: str) -> bool:
    body: Any = row.act.body if row.act else {}
    return row.kind == "publish" and (body.get("name"), body.get("version")) == (name, version)


def _read(path: Path) -> list[Row]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise InputError(f"cannot be read ({wrong.strerror}); give a release's file", path=path) from None
    except ValueError as wrong:
        raise FormatError(f"expected a release in JSON, but {wrong}; ask for it anew", path=path) from None
    if not isinstance(value, dict) or value.get("format") != FORMAT or not value.get("rows"):
        raise FormatError(f"expected a file of format '{FORMAT}' with rows; ask for it anew", path=path)
    return [read_row(row) for row in value["rows"]]
