"""What a run keeps of itself: which try it is, what was registered, which code lives it, and from which births."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.desk import write_json


@dataclass
class Card:
    """A run's `run.json`; written anew whenever it changes.

    Attributes:
        attempt: which confirmatory try; 0 for other runs.
        frozen: digest of the registration and the analysis when it began.
        code: every version of the code that worked on it, in order (see `provenance.code_version`).
        births: fingerprint of every birth that it rests on, by number (see `births.fingerprint`).
    """

    attempt: int
    frozen: str
    code: list[str] = field(default_factory=list)
    births: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Card:
        """The card in a file.

        Raises:
            ExperimentError: it is none.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ExperimentError(f"{path} cannot be read ({error}); restore it, or begin anew (fresh)") from error

    def stamp(self, code: str) -> bool:
        """Notes a version of the code; whether it is new here."""
        new = code not in self.code
        self.code += [code] * new
        return new

    def rest_on(self, birth: int, fingerprint: str) -> bool:
        """Notes a birth; whether it is new here.

        Raises:
            ExperimentError: the run rests on other weights of that birth.
        """
        known = self.births.get(str(birth))
        if known not in (None, fingerprint):
            raise ExperimentError(
                f"birth {birth} is not the one that this run rests on (its weights are {fingerprint}, and were "
                f"{known}); restore it, or begin anew (fresh), which counts as another try if it is confirmatory"
            )
        self.births[str(birth)] = fingerprint
        return known is None

    def write(self, path: Path) -> None:
        """Keeps it."""
        write_json(path, asdict(self))
