"""What requests to an endpoint cost: estimated in words while they run, exact once the server has counted."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from eudaimon.dialogue import Message
from eudaimon.language.chunk import Counted
from eudaimon.language.model import Usage


def words(text: str) -> int:
    """How many tokens `text` is taken for where nobody counts them: its words, at least one.

    >>> words("Tom sells bread, so no."), words(" ")
    (5, 1)
    """
    return max(1, len(text.split()))


class Bill:
    """The cost of one request, added to `usage` as it arises.

    Attributes:
        exact: whether the server has counted the tokens.
    """

    _lock = threading.Lock()

    def __init__(self, usage: Usage, messages: Iterable[Message]) -> None:
        self.exact = False
        self._usage, self._encoded, self._decoded = usage, 0, 0
        self._add(sum(words(message.content) for message in messages), 0, calls=1)

    def heard(self, text: str) -> None:
        """A piece of the answer arrived."""
        if text and not self.exact:
            self._add(0, words(text))

    def settle(self, counted: Counted | None) -> None:
        """The server's own count, where it gives one, takes the place of the estimates."""
        if counted is not None:
            self.exact = True
            self._add(counted.prompt_tokens - self._encoded, counted.completion_tokens - self._decoded)

    def _add(self, encoded: int, decoded: int, calls: int = 0) -> None:
        self._encoded += encoded
        self._decoded += decoded
        with Bill._lock:
            self._usage.encoded += encoded
            self._usage.decoded += decoded
            self._usage.calls += calls
