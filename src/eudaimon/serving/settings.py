"""How a door is set: who is let in, and how much at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one door bears; beyond it a request is refused at once, never left to pile up.

    Attributes:
        body: bytes of a request's body.
        tokens: that one reply may have.
        choices: replies to one request (`n`).
        seconds: that one request may take; what is not settled by then is left unsaid.
        requests: answered at the same time.
        requests_each: of one key at the same time.
        kept: answered conversations that wait for a store that cannot be written just now.
        store_wait: seconds that one try to write waits for another process that writes.
        store_seconds: that a finished reply waits to be stored before its client is told that it is not, yet.
        grace: seconds that a door which closes waits for what is in flight.
    """

    body: int = 1_000_000
    tokens: int = 1024
    choices: int = 8
    seconds: float = 300.0
    requests: int = 1200
    requests_each: int = 1200
    kept: int = 10_000
    store_wait: float = 2.0
    store_seconds: float = 10.0
    grace: float = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """A door's settings.

    Attributes:
        insecure: whoever comes is let in without a key, as the person that they say they are.
        limits: what it bears.
        commons: the folder of what is held in common (ledger, voices, proposals); by default in the life's directory.
    """

    insecure: bool = False
    limits: Limits = field(default_factory=Limits)
    commons: Path | None = None
