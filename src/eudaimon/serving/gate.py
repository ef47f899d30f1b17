"""How many are answered at once. Whoever comes beyond that is told when to come again, at once: nothing piles up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.serving.settings import Limits

AGAIN = {"Retry-After": "1"}


class Gate:
    """Counts who is in.

    Attributes:
        closing: nobody is let in any longer.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._inside: Counter[str] = Counter()
        self.closing = False

    @property
    def inside(self) -> int:
        """How many requests are answered just now."""
        return self._inside.total()

    @contextmanager
    def enter(self, key: str) -> Iterator[None]:
        """Be inside, as the holder of `key`.

        Raises:
            Refusal: 429 where there is no room, 503 where the door closes.
        """
        if self.closing:
            raise Refusal(503, "closing", "the server is closing; try again when it is back", headers=AGAIN)
        if self.inside >= self._limits.requests:
            message = f"{self.inside} requests are being answered, and no more are at once; try again in a second"
            raise Refusal(429, "too_many_requests", message, headers=AGAIN)
        if self._inside[key] >= self._limits.requests_each:
            message = f"this key has {self._inside[key]} requests being answered, and no more at once; try again"
            raise Refusal(429, "too_many_requests_of_key", message, headers=AGAIN)
        self._inside[key] += 1
        try:
            yield
        finally:
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key]
