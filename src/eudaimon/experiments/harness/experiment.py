"""An experiment: what was registered, how a life is run, and how lives become a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.registration import Registration

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Finding, Lived


@dataclass(frozen=True)
class Experiment:
    """A claim under test.

    Attributes:
        registration: fixed before any result.
        source: the file that it is written in (`__file__`).
        run: one life, to figures as JSON values; works in units (`Desk.once`). None: the claim is open.
        analyse: all lives, to a finding. None: the claim is open.
    """

    registration: Registration
    source: str
    run: Callable[[Desk], Mapping[str, Any]] | None = None
    analyse: Callable[[Sequence[Lived]], Finding] | None = None

    @property
    def name(self) -> str:
        """The registration's."""
        return self.registration.name

    @property
    def is_open(self) -> bool:
        """Whether it cannot be run within the rules yet."""
        return self.run is None or self.analyse is None

    @property
    def path(self) -> Path:
        """The file that it is written in."""
        return Path(self.source)
