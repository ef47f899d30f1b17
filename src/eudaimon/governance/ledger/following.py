"""A ledger that others write, read anew whenever its file has changed.

Whoever is ruled by a ledger must not be shown less of it than they saw before: a shorter copy of a ledger is in order
in itself, and lacks what was revoked last. So what was seen once has to stand there for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from eudaimon.errors import LedgerBroken
from eudaimon.governance.kernel import FloorsLost, Kernel, floors_lost
from eudaimon.governance.ledger.ledger import Ledger


@dataclass
class Following:
    """A ledger as it is now.

    Attributes:
        path: its file.
        seen: the number and digest of the last row that was seen, in this process or before it; (0, "") for none.
        floors_lost: as for `Ledger.open`.
    """

    path: Path
    seen: tuple[int, str] = (0, "")
    floors_lost: FloorsLost = floors_lost
    _mark: tuple[int, int, int] | None = field(default=None, repr=False)
    _kernel: Kernel | None = field(default=None, repr=False)

    def kernel(self) -> Kernel:
        """The kernel in the state that all rows lead to, those included that were added since it was asked for last.

        Raises:
            LedgerBroken: there is no ledger, it does not hold, or it lacks a row that was seen before.
        """
        mark = self._stamp()
        if self._kernel is None or mark != self._mark:
            ledger = Ledger.open(self.path, self.floors_lost)
            number, digest = self.seen
            if len(ledger.rows) < max(number, 1) or (number and ledger.rows[number - 1].digest != digest):
                raise LedgerBroken(
                    f"{self.path}: row {max(number, 1)} was there before and is gone or another; restore the file from "
                    "a copy that has it"
                )
            self.seen = (len(ledger.rows), ledger.rows[-1].digest)
            self._mark, self._kernel = mark, ledger.kernel
        return self._kernel

    def _stamp(self) -> tuple[int, int, int]:
        try:
            stat = self.path.stat()
        except OSError as wrong:
            raise LedgerBroken(
                f"{self.path}: there is no ledger to be ruled by ({wrong.strerror}); restore it"
            ) from None
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino)
