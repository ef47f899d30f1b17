"""The ledger: every act in order, in one file of JSON lines, each row holding the digest of what stands before it.

Rows are only ever added. A row is on the disk before anybody is told that it was taken in; if the machine stops in the
middle of one, its torn end counts for nothing, since nobody was told of it, and is set aside before the next is added.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from eudaimon.errors import EudaimonError, FormatError, GovernanceError, InputError, LedgerBroken
from eudaimon.governance.kernel import CONSTITUTING, FloorsLost, Kernel, State, floors_lost
from eudaimon.governance.ledger.head import Head, contradictions, head_line, read_heads, sign_head
from eudaimon.governance.ledger.row import Row, fault, next_row, read_row
from eudaimon.governance.signing import Act, Key

PATIENCE = 20.0
"""Seconds to wait for another process that adds a row, which takes it a moment."""


def utc_now() -> str:
    """This moment, as rows write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Ledger:
    """A ledger on disk, and the kernel in the state that its rows lead to.

    Attributes:
        path: the file; its heads lie beside it, in `heads.jsonl`.
        rows: all of them.
        kernel: has taken every act in.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    kernel: Kernel = field(default_factory=Kernel)

    @classmethod
    def open(cls, path: str | Path, floors_lost: FloorsLost = floors_lost) -> Ledger:
        """The ledger in a file, verified from its first row to its last; an empty one where there is no file.

        Raises:
            LedgerBroken: it does not hold; names the line and what is wrong with it.
        """
        path = Path(path)
        ledger = cls(path, kernel=Kernel(floors_lost))
        if path.exists():
            ledger.rows = read_rows(path)
            replay(ledger.rows, ledger.kernel, path)
            faults = contradictions(ledger.rows, ledger.state.ledger, ledger.heads())
            if faults:
                raise LedgerBroken(f"{path}: {faults[0]}")
        return ledger

    @property
    def state(self) -> State:
        """What is so after all rows."""
        return self.kernel.state

    @property
    def torn(self) -> int:
        """How many bytes of a row that was never finished stand at the end."""
        return len(_whole(self.path)[1]) if self.path.exists() else 0

    def heads(self) -> list[Head]:
        """Those that are kept beside it."""
        beside = self.path.with_name("heads.jsonl")
        return read_heads(beside) if beside.exists() else []

    def append(self, act: Act, key: Key | None = None, clock: Callable[[], str] = utc_now) -> Row:
        """Takes an act in, if the kernel does, and writes its row; with a `key`, signs the new head too.

        Raises:
            GovernanceError: it is refused, or another process added rows since this ledger was opened.
        """
        with self._alone():
            on_disk = read_rows(self.path) if self.path.exists() else []
            if [row.digest for row in on_disk] != [row.digest for row in self.rows]:
                raise GovernanceError(f"{self.path} was added to by somebody else; open it again and repeat")
            at = max(clock(), self.state.now)
            self.kernel.take(act, at)
            row = next_row(act, at, self.rows[-1] if self.rows else None)
            _add_line(self.path, json.dumps(row.as_json(), ensure_ascii=False, sort_keys=True) + "\n")
            self.rows.append(row)
            if key is not None:
                _add_line(self.path.with_name("heads.jsonl"), head_line(self.head(key)))
        return row

    def head(self, key: Key) -> Head:
        """The present head, signed.

        Raises:
            LedgerBroken: there is no row yet.
        """
        if not self.rows:
            raise LedgerBroken(f"{self.path} has no row yet; found it first")
        return sign_head(key, self.state.ledger, self.rows)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(f"{self.path}.lock", timeout=PATIENCE):
                yield
        except Timeout:
            raise GovernanceError(f"another process holds {self.path}; let it end, then repeat") from None


def read_rows(path: Path) -> list[Row]:
    """The rows in a file, a torn end left out.

    Raises:
        InputError: it cannot be read.
        LedgerBroken: a line is no row.
    """
    rows = []
    for number, line in enumerate(_whole(path)[0].splitlines(), 1):
        try:
            rows.append(read_row(json.loads(line.decode("utf-8"))))
        except (ValueError, FormatError) as wrong:
            raise LedgerBroken(f"{path}:{number}: expected a row, but {wrong}; restore the file from a copy") from None
    return rows


def replay(rows: Sequence[Row], kernel: Kernel, path: Path | str = "ledger") -> None:
    """Lets a kernel take in all acts, having checked that the rows follow one another. Bare rows are passed over, but
    not where they bear on whose signature counts.

    Raises:
        LedgerBroken: a row does not follow, or its act would not have been taken in.
    """
    last: Row | None = None
    for number, row in enumerate(rows, 1):
        if wrong := fault(row, last):
            raise LedgerBroken(f"{path}:{number}: {wrong}; restore the file from a copy")
        if row.act is not None:
            try:
                kernel.take(row.act, row.at)
            except EudaimonError as refused:
                raise LedgerBroken(f"{path}:{number}: this act cannot have been taken in: {refused}") from None
        elif row.kind in CONSTITUTING:
            raise LedgerBroken(f"{path}:{number}: the act '{row.kind}' is not shown, and bears on who may sign")
        last = row


def _whole(path: Path) -> tuple[bytes, bytes]:
    """A file's whole lines, and what stands after the last of them."""
    try:
        text = path.read_bytes()
    except OSError as wrong:
        raise InputError(f"no ledger can be read ({wrong.strerror}); give its path", path=path) from None
    end = text.rfind(b"\n") + 1
    return text[:end], text[end:]


def _add_line(path: Path, line: str) -> None:
    """Adds a line, on the disk when this returns; a torn end that stands there is set aside in `NAME.torn` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole, torn = _whole(path) if path.exists() else (b"", b"")
    if torn:
        with path.with_name(path.name + ".torn").open("ab") as file:
            file.write(torn + b"\n")
        os.truncate(path, len(whole))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        view = line.encode()
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
