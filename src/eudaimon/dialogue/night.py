"""What is kept of a night, and of the personas that nights propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """How far a night has come; every stage is stored before the next begins, so a killed night goes on."""

    DUSK = "dusk"
    REPLAYED = "replayed"
    COMMENTED = "commented"
    DREAMT = "dreamt"
    SIGNALLED = "signalled"
    CONSOLIDATED = "consolidated"
    JUDGED = "judged"
    MORNING = "morning"

    @property
    def next(self) -> Stage:
        """The stage that follows; morning follows itself."""
        order = list(Stage)
        return order[min(order.index(self) + 1, len(order) - 1)]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the morning gate measured, and why it adopted the candidate or rolled it back.

    Attributes:
        adopted: whether the candidate speaks from now on.
        reasons: plain English, one line per rule, those that failed first.
        figures: the numbers behind the reasons, by name.
    """

    adopted: bool
    reasons: tuple[str, ...]
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Night:
    """One night.

    Attributes:
        number: 1-based; night n follows day n.
        stage: how far it has come.
        persona: id of the persona that went to sleep.
        candidate: id of the persona that the night proposes; empty before consolidation.
        figures: counts and seconds by name (episodes replayed, dreams, pairs, ...).
        gate: the morning's decision, once there is one.
    """

    number: int
    stage: Stage
    persona: str
    candidate: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    gate: GateReport | None = None


@dataclass(frozen=True, slots=True)
class PersonaRecord:
    """A persona in its lineage.

    Attributes:
        id: `newborn`, or the content hash of its adapter (or of its lessons, where the backend has no gradients).
        parent: the id that it grew from; empty for the newborn.
        night: the night that made it; 0 for the newborn.
        adapter: path of the adapter's directory, relative to the life's directory; empty for the newborn.
        lessons: text put before the conversation where weights cannot be trained; empty otherwise.
        current: whether it is the one that speaks.
    """

    id: str
    parent: str = ""
    night: int = 0
    adapter: str = ""
    lessons: str = ""
    current: bool = False
