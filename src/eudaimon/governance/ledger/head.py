"""Signed heads: somebody's word that the ledger had so many rows, ending so.

A chain shows every change within it, but not that its end was cut off. Whoever keeps a head elsewhere can show that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eudaimon.errors import FormatError, InputError
from eudaimon.governance.ledger.row import Row
from eudaimon.governance.signing import Key, verifies


@dataclass(frozen=True, slots=True)
class Head:
    """A head.

    Attributes:
        ledger: id of the ledger.
        rows: how many rows it had.
        digest: of the last of them.
        by: public key of whoever says so.
        signature: hex.
    """

    ledger: str
    rows: int
    digest: str
    by: str
    signature: str

    @property
    def is_genuine(self) -> bool:
        """Whether who it names said so."""
        return verifies(self.by, self.signature, "head", [self.ledger, self.rows, self.digest])


def sign_head(key: Key, ledger: str, rows: Sequence[Row]) -> Head:
    """The head of these rows, signed."""
    last = rows[-1].digest
    return Head(ledger, len(rows), last, key.public, key.sign("head", [ledger, len(rows), last]))


def contradictions(rows: Sequence[Row], ledger: str, heads: Iterable[Head]) -> list[str]:
    """What true heads say that these rows do not, a line each; heads that are not true, or of another ledger, too."""
    found = []
    for head in heads:
        if not head.is_genuine:
            found.append(f"a head of {head.rows} rows is not signed by {head.by[:16]}; it shows nothing, set it aside")
        elif head.ledger != ledger:
            found.append(f"the head by {head.by[:16]} is of another ledger, {head.ledger[:16]}; give this one's")
        elif head.rows > len(rows):
            found.append(
                f"rows are missing: {head.by[:16]} signed for {head.rows}, and there are {len(rows)}; restore the rest"
            )
        elif rows[head.rows - 1].digest != head.digest:
            found.append(f"row {head.rows - 1} is not the one that {head.by[:16]} signed for; this is another history")
    return found


def read_heads(path: str | Path) -> list[Head]:
    """The heads in a file, one in JSON a line; what stands after the last line's end was never finished.

    Raises:
        InputError: there is no such file.
        FormatError: a line holds none.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as wrong:
        raise InputError(f"no heads can be read ({wrong.strerror}); give their file", path=path) from None
    heads = []
    for number, line in enumerate(text[: text.rfind("\n") + 1].splitlines(), 1):
        try:
            value: Any = json.loads(line)
            heads.append(Head(**value))
        except (ValueError, TypeError) as wrong:
            raise FormatError(f"expected a head, but {wrong}; remove the line", path=path, line=number) from None
    return heads


def head_line(head: Head) -> str:
    """A head as a line of such a file."""
    return json.dumps(asdict(head), sort_keys=True) + "\n"
