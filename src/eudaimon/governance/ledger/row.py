"""A row of the ledger: an act, when it was taken in, and the digest of all that stands before it.

A row may be shown *bare*, without its act: the chain still holds, and whoever only wants to know whose signature counts
need not be told who voted how.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from eudaimon.dialogue import digest
from eudaimon.errors import FormatError
from eudaimon.governance.signing import Act, read_act

START = "0" * 64
"""What stands before the first row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        number: 0-based.
        at: when it was taken in, UTC.
        kind: of its act.
        content: digest of its act, signatures and all.
        previous: digest of the row before; `START` for the first.
        act: None where it is shown bare.
    """

    number: int
    at: str
    kind: str
    content: str
    previous: str
    act: Act | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) that the next row holds."""
        return digest([self.number, self.at, self.kind, self.content, self.previous])

    @property
    def bare(self) -> Row:
        """It without its act."""
        return replace(self, act=None)

    def as_json(self) -> dict[str, Any]:
        """It as JSON values."""
        shown = {"act": self.act.as_json()} if self.act else {}
        head = {"number": self.number, "at": self.at, "kind": self.kind, "content": self.content}
        return {**head, "previous": self.previous, **shown}


def next_row(act: Act, at: str, last: Row | None) -> Row:
    """The row that an act makes after `last`."""
    number, previous = (0, START) if last is None else (last.number + 1, last.digest)
    return Row(number, at, act.kind, digest(act.as_json()), previous, act)


def read_row(value: Any) -> Row:
    """The row in JSON values.

    Raises:
        FormatError: it is none.
    """
    try:
        kinds = {"number": int, "at": str, "kind": str, "content": str, "previous": str}
        fields = {name: value[name] for name in kinds}
        if not all(type(fields[name]) is kind for name, kind in kinds.items()) or set(value) - {*kinds, "act"}:
            raise TypeError("a field is unknown or of another type")
        return Row(**fields, act=read_act(value["act"]) if "act" in value else None)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise FormatError(f"expected a row with number, at, kind, content and previous, but {wrong!r}") from None


def fault(row: Row, last: Row | None) -> str:
    """What is wrong with a row after `last`; empty where it follows."""
    if row.number != (0 if last is None else last.number + 1):
        return f"it is numbered {row.number}, and {0 if last is None else last.number + 1} was expected"
    if row.previous != (START if last is None else last.digest):
        return "what stands before it is not what stood there when it was written"
    if row.act is not None and (digest(row.act.as_json()) != row.content or row.act.kind != row.kind):
        return "its act is not the one that was written"
    return ""
