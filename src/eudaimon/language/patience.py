"""What went wrong in one attempt to reach an endpoint, and how long to bear with it.

Retries wait `backoff * 2**n` seconds with jitter between a half and the whole of it ("equal jitter", Brooker,
"Exponential Backoff and Jitter", AWS Architecture Blog 2015), or as long as the server's Retry-After asks.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from eudaimon.errors import EndpointRefused, ModelError

LONGEST_BACKOFF = 30.0
"""Seconds; the most that a wait grows to by itself."""

LONGEST_ASKED = 300.0
"""Seconds; a server that asks for more than this in Retry-After is not waited for."""


@dataclass(eq=False)
class Fault(Exception):
    """One failed attempt.

    Attributes:
        kind: what the user is told if it does not go away.
        cause: what happened, without secrets.
        remedy: what the user can do.
        wait: seconds that the server asked to wait; None where it did not say.
        final: asking again cannot help.
    """

    kind: type[ModelError]
    cause: str
    remedy: str
    wait: float | None = None
    final: bool = False


class Patience:
    """How many faults of one endpoint are borne, and how long is waited between them.

    Args:
        where: the endpoint's url, without credentials.
        retries: attempts after the first.
        backoff: seconds before the first retry.
        seed: of the jitter.
    """

    def __init__(self, where: str, retries: int, backoff: float, seed: int) -> None:
        self.where, self.retries, self.backoff = where, retries, backoff
        self.gone = threading.Event()
        self._random = random.Random(seed)

    def leave(self) -> None:
        """Nobody waits any longer: no more retries."""
        self.gone.set()

    def trial(self) -> Trial:
        """A fresh count, for one call."""
        return Trial(self)

    def pause(self, faults: int) -> float:
        """Seconds to wait after so many faults (1 or more)."""
        longest = min(LONGEST_BACKOFF, self.backoff * 2.0 ** min(faults - 1, 30))
        return longest * (0.5 + 0.5 * self._random.random())


class Trial:
    """The faults of one call."""

    def __init__(self, patience: Patience) -> None:
        self._patience, self._faults = patience, 0

    def bear(self, fault: Fault) -> None:
        """Wait until the next attempt.

        Raises:
            ModelError: of the fault's kind, when it is final, one too many, or nobody waits any longer.
        """
        if self._patience.gone.wait(self.delay(fault)):
            raise self._error(fault.kind, fault.cause, "none is needed, the model was closed meanwhile") from None

    def delay(self, fault: Fault) -> float:
        """Seconds to wait until the next attempt. Raises ModelError where there is none."""
        self._faults += 1
        if fault.final or self._faults > self._patience.retries:
            raise self._error(fault.kind, fault.cause, fault.remedy) from None
        if fault.wait is not None and fault.wait > LONGEST_ASKED:
            cause = f"{fault.cause}, and asks to wait {fault.wait:.0f} s"
            raise self._error(EndpointRefused, cause, "try again after that time, or use another endpoint") from None
        return self._patience.pause(self._faults) if fault.wait is None else fault.wait

    def _error(self, kind: type[ModelError], cause: str, remedy: str) -> ModelError:
        attempts = "1 attempt" if self._faults == 1 else f"{self._faults} attempts"
        return kind(f"{self._patience.where}: {cause} (after {attempts}). Remedy: {remedy}.")


def retry_after(value: str | None) -> float | None:
    """Seconds asked for by a Retry-After header (RFC 9110, 10.2.3: seconds or a date); None where it says nothing.

    >>> retry_after("2"), retry_after("soon"), retry_after("Thu, 01 Jan 1970 00:00:00 GMT")
    (2.0, None, 0.0)
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
