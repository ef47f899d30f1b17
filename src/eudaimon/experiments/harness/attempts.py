"""How often a claim was tried on confirmatory villages: every try is written down before it begins.

A result that came of the fifth try is worth less than one that came of the first, so the count is printed beside it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.desk import write_json
from eudaimon.memory.lock import alone

PATIENCE = 60.0
"""Seconds to wait for another process that writes a try down, which takes it a moment."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try.

    Attributes:
        number: 1-based, by experiment.
        begun: when (UTC, to the second).
        code: version of the code then.
        frozen: digest of the registration and the analysis then.
    """

    number: int
    begun: str
    code: str
    frozen: str


class Attempts:
    """The ledger at `path` (`results/attempts.json`): experiment by experiment, in order. Nothing is ever taken out."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, name: str) -> list[Attempt]:
        """The tries of one experiment.

        Raises:
            ExperimentError: the ledger cannot be read.
        """
        return [Attempt(**entry) for entry in self._read().get(name, [])]

    def count(self, name: str) -> int:
        """How many there were."""
        return len(self.of(name))

    def begin(self, name: str, code: str, frozen: str) -> Attempt:
        """Writes down that another try begins.

        Raises:
            ExperimentError: the ledger cannot be read, or another process holds on to it.
        """
        taken = f"another process holds {self.path} for more than {PATIENCE:.0f} s; let it end, then try again"
        with alone(self.path.with_suffix(".lock"), taken, PATIENCE):
            ledger = self._read()
            entries = ledger.setdefault(name, [])
            attempt = Attempt(len(entries) + 1, datetime.now(UTC).isoformat(timespec="seconds"), code, frozen)
            entries.append(asdict(attempt))
            write_json(self.path, ledger)
        return attempt

    def _read(self) -> dict[str, list[dict[str, Any]]]:
        if not self.path.exists():
            return {}
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ExperimentError(
                f"{self.path} cannot be read ({error}); restore it from git, it is never remade"
            ) from error
