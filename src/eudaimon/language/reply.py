"""A reply while it is being spoken: read in parts over one stream, reopened where it breaks, kept between calls."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator

from eudaimon.dialogue import Conversation, open_reply, with_reply
from eudaimon.language.bill import words
from eudaimon.language.chunk import Chunk
from eudaimon.language.model import Extend, Extension
from eudaimon.language.patience import Fault, Patience

Opener = Callable[[Conversation, int], Generator[Chunk]]
"""Opens a stream that goes on with a conversation's open reply by at most so many tokens."""

AHEAD = 4
"""A reply that is asked for up to a stop string is opened for so many times its tokens: a few clauses."""

_END = Chunk.model_validate({"choices": [{"finish_reason": "stop"}]})


class Reply:
    """A reply that grows.

    Args:
        request: its conversation and temperature.
        opener: how to ask for the rest of it.
        patience: how long to bear with faults.
    """

    def __init__(self, request: Extend, opener: Opener, patience: Patience) -> None:
        self.conversation, self.temperature = request.conversation, request.temperature
        self._opener, self._patience = opener, patience
        self._chunks: Generator[Chunk] | None = None
        self._ahead: list[str] = []  # Pieces that the server has sent and nobody has taken.
        self._finish = ""  # How the server ended it; empty while it has not.
        self._new = False  # Whether the stream was opened by the read that goes on.

    @property
    def spent(self) -> bool:
        """Whether nothing is left of it but the wish for more: no open stream, no piece, no end."""
        return self._chunks is None and not self._ahead and self._finish != "end"

    def read(self, stop: tuple[str, ...], max_tokens: int) -> Extension:
        """The next words: up to a stop string, the reply's end or `max_tokens`. Raises EndpointError."""
        trial, self._new = self._patience.trial(), False
        if self._finish == "length":  # That was an earlier read's limit; this one has its own.
            self._finish = ""
        while True:
            try:
                return self._read(stop, max_tokens)
            except Fault as fault:
                self.close()
                self._forget_last_word()
                trial.bear(fault)

    def close(self) -> None:
        """Break the stream off, if it is open."""
        chunks, self._chunks = self._chunks, None
        if chunks is not None:
            chunks.close()

    def _read(self, stop: tuple[str, ...], max_tokens: int) -> Extension:
        text, tokens, taken = "", 0, 0
        while taken < len(self._ahead) or self._more(max_tokens * AHEAD if stop else max_tokens):
            if tokens >= max_tokens:
                return self._take(text, "length", tokens, taken)
            piece = self._ahead[taken]
            text, tokens, taken = text + piece, tokens + words(piece), taken + 1
            if cut := first_end(text, len(piece), stop):
                rest = text[cut:]
                self._ahead[taken:taken] = [rest] if rest else []
                tokens += words(piece.removesuffix(rest)) - words(piece)
                return self._take(text[:cut], "stop", tokens, taken)
        return self._take(text, self._finish, tokens, taken)

    def _take(self, text: str, finish: str, tokens: int, taken: int) -> Extension:
        del self._ahead[:taken]
        self.conversation = with_reply(self.conversation, open_reply(self.conversation) + text)
        return Extension(text, finish, tokens)

    def _forget_last_word(self) -> None:
        """Where a stream broke off, it may have been in the middle of a word: that is to be said again, whole."""
        whole = re.sub(r"\s*\w*\Z", "", "".join(self._ahead))
        self._ahead = [whole] if whole else []

    def _more(self, budget: int) -> bool:
        """Whether another piece has come; False at the reply's end. Raises Fault."""
        while not self._finish:
            chunk = self._next(budget)
            if chunk.finish:
                self._end(chunk)
            if text := self._begun(chunk.text):
                self._ahead.append(text)
                return True
        return False

    def _begun(self, text: str) -> str:
        """`text` without the white space that a reply would begin with."""
        return text if self._ahead or open_reply(self.conversation).strip() else text.lstrip()

    def _next(self, budget: int) -> Chunk:
        if self._chunks is None:
            whole = open_reply(self.conversation) + "".join(self._ahead)
            self._chunks, self._new = self._opener(with_reply(self.conversation, whole), budget), True
        return next(self._chunks, _END)

    def _end(self, chunk: Chunk) -> None:
        """The stream has ended the reply, or only its own length, which an earlier read had set."""
        for _ in self._chunks or ():  # The server's count of tokens comes last.
            pass
        self._chunks = None
        if chunk.finish != "length":
            self._finish = "end"
        elif self._new:
            self._finish = "length"


class Kept:
    """Replies between two reads: at most `most`, the oldest are closed first."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._replies: list[Reply] = []

    def keep(self, reply: Reply) -> None:
        """Keep `reply` for the one who goes on with it."""
        with self._lock:
            self._replies.append(reply)
            spare, self._replies = self._replies[: -self._most], self._replies[-self._most :]
        _close(spare)

    def take(self, request: Extend) -> Reply | None:
        """The reply that stands exactly where `request` goes on, which is then no longer kept."""
        with self._lock:
            for reply in self._replies:
                if (reply.conversation, reply.temperature) == (request.conversation, request.temperature):
                    self._replies.remove(reply)
                    return reply
        return None

    def drop(self, conversation: Conversation) -> None:
        """Close the replies that `conversation` has left: it goes on from the same turns in another way."""
        with self._lock:
            left = [reply for reply in self._replies if _begins(conversation, reply.conversation[:-1])]
            self._replies = [reply for reply in self._replies if reply not in left]
        _close(left)

    def close(self) -> None:
        """Close all."""
        with self._lock:
            left, self._replies = self._replies, []
        _close(left)


def _begins(conversation: Conversation, turns: Conversation) -> bool:
    return conversation[: len(turns)] == turns


def _close(replies: list[Reply]) -> None:
    for reply in replies:
        reply.close()


def first_end(text: str, new: int, stop: tuple[str, ...]) -> int:
    """Where the first stop string in `text` ends, if it reaches into the last `new` characters; else 0."""
    old = len(text) - new
    found = ((text.find(mark, max(0, old - len(mark) + 1)), len(mark)) for mark in stop if mark)
    return min((at + size for at, size in found if at >= 0), default=0)
