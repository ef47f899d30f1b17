"""A reply of an upstream while it comes: read in parts over one stream, which is reopened where it breaks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from eudaimon.dialogue import Conversation, open_reply, with_reply
from eudaimon.language import Extend, Extension, Weighed
from eudaimon.language.bill import words
from eudaimon.language.chunk import Chunk, Token
from eudaimon.language.continuing import Taking
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.patience import Fault, Patience, Trial
from eudaimon.language.reply import AHEAD, first_end
from eudaimon.serving.speaking.line import Line, Stream

Heard = Callable[[str], None]
"""Told the words of one stretch so far, as they come."""


class Reading:
    """What an upstream says in one reply of a persona's. The server goes on writing while the council deliberates; what
    the persona then goes on from decides whether that is read, or dropped.

    Args:
        model: how the server is asked.
        line: the connection.
        patience: how long faults are borne with.
        likely: log-probabilities are asked for, with so many tokens in the place of each; None for none.

    Attributes:
        given: tokens of the prompt, as the server counted them; 0 where it did not.
        weighed: the tokens with their log-probabilities, where they were asked for; else None.
    """

    def __init__(self, model: EndpointModel, line: Line, patience: Patience, likely: int | None = None) -> None:
        self._model, self._line, self._patience, self._likely = model, line, patience, likely
        self._stream: Stream | None = None
        self._repeat: Taking | None = None
        self._at: tuple[Conversation, float] | None = None  # what the next piece follows
        self._ahead = ""  # words that came behind a stop string
        self._finish = ""
        self.given = 0
        self.weighed: list[Weighed] | None = None if likely is None else []

    async def read(self, request: Extend, heard: Heard = lambda text: None) -> Extension:
        """The next words: up to a stop string, the reply's end or `max_tokens`. Raises EndpointError."""
        if self._at != (request.conversation, request.temperature):
            await self.close()
            self._ahead, self._finish = "", ""
        if self._finish == "length" and not self._ahead:
            self._finish = ""  # that was an earlier read's limit; this one has its own
        trial = self._patience.trial()
        said = _Stretch(request, self._ahead)
        while (answer := said.cut(self._finish)) is None:
            chunk = await self._next(request, said, trial)
            self._finish = chunk.finish
            said.add(chunk)
            if self.weighed is not None:
                self.weighed += map(_weighed, chunk.tokens)
            heard(said.text)
        self._ahead = said.text[len(answer.text) :]
        if self._finish == "length" and answer.finish != "length":
            self._finish = ""  # that was the stream's own limit
        whole = open_reply(request.conversation) + answer.text
        self._at = (with_reply(request.conversation, whole), request.temperature)
        return answer

    async def close(self) -> None:
        """Break the stream off, if one is open."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.close()

    async def _next(self, request: Extend, said: _Stretch, trial: Trial) -> Chunk:
        """The next piece, of the open stream or of a new one where there is none, or where it broke."""
        while True:
            try:
                if self._stream is None:
                    await self._open(request, said.text)
                assert self._stream is not None
                chunk = await self._stream.next()
                if chunk.finish:
                    await self._count()
                known = self._repeat.feed(chunk) if self._repeat else chunk
                if known is not None:
                    return known
            except Fault as fault:
                await self.close()
                said.forget_last_word()
                await asyncio.sleep(trial.delay(fault))

    async def _count(self) -> None:
        """The stream is at its end: take its count, where it gives one."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.finish()
            if stream.usage and not self.given:
                self.given = stream.usage.prompt_tokens

    async def _open(self, request: Extend, more: str) -> None:
        spoken = open_reply(request.conversation) + more
        here = with_reply(request.conversation, spoken) if spoken else request.conversation
        budget = request.max_tokens * AHEAD if request.stop else request.max_tokens
        spelt = self._model.spelt
        _, body, self._repeat = (
            await asyncio.to_thread(spelt, request, here, budget) if spoken else spelt(request, here, budget)
        )
        if self._likely is not None:
            body |= {"logprobs": True, "top_logprobs": self._likely}
        self._stream = await self._line.stream(body)


def _weighed(token: Token) -> Weighed:
    return Weighed(token.token, token.logprob, tuple((one.token, one.logprob) for one in token.top_logprobs))


class _Stretch:
    """The words of one request so far."""

    def __init__(self, request: Extend, ahead: str) -> None:
        self._request, self.text = request, ahead
        self._tokens, self._searched = len(ahead.split()), 0
        self._begun = bool(open_reply(request.conversation).strip())

    def add(self, chunk: Chunk) -> None:
        """Another piece has come."""
        text = chunk.text if self._begun else chunk.text.lstrip()  # no reply begins with white space
        self._begun = self._begun or bool(text)
        self.text += text
        self._tokens += words(text) if text else 0

    def cut(self, finish: str) -> Extension | None:
        """What is asked for, once it is there."""
        if end := first_end(self.text, len(self.text) - self._searched, self._request.stop):
            return Extension(self.text[:end], "stop", max(1, len(self.text[:end].split())))
        self._searched = len(self.text)
        if self._tokens >= self._request.max_tokens:
            return Extension(self.text, "length", self._tokens)
        if finish:
            return Extension(self.text, "length" if finish == "length" else "end", self._tokens)
        return None

    def forget_last_word(self) -> None:
        """Where a stream broke off, it may have been in the middle of a word: that is to be said again, whole."""
        self.text = re.sub(r"\s*\w*\Z", "", self.text)
        self._searched = 0
