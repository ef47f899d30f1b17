"""What agents ask the kernel for, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steer:
    """An agent wants to steer a person (nudge, persuade, comfort, ...) for a purpose."""

    agent: str
    person: str
    purpose: str

    @property
    def ability(self) -> str:
        """What a sanction would take."""
        return "steer"


@dataclass(frozen=True, slots=True)
class Do:
    """An agent wants to use an ability on nobody in particular (`speak`, `propose`, `trade`, ...)."""

    agent: str
    ability: str


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody wants to run under a charter with this text."""

    name: str
    text: str


Request = Steer | Do | Load


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether it is allowed, and why."""

    allowed: bool
    reason: str
