"""The connection to an upstream, for many replies at once in one event loop. One attempt at a time, without retries."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx

from eudaimon.language.answers import Answers
from eudaimon.language.chunk import Chunk, Counted
from eudaimon.language.concessions import Body, Concession, concede
from eudaimon.language.patience import Fault
from eudaimon.language.sse import EventReader

IDLE = 256
"""Connections that are kept open between requests."""

LAST = 1.0
"""Seconds that a server has, after the end of its answer, for what follows it."""


class Line:
    """Sends bodies to the endpoint that `answers` reads.

    Args:
        answers: reads what it says.
        transport: httpx's, for tests and for unusual networks.
    """

    def __init__(self, answers: Answers, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.answers, self._conceded = answers, list[Concession]()
        self._client = httpx.AsyncClient(
            base_url=answers.where,
            auth=answers.auth,
            headers=answers.headers,
            timeout=answers.timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=IDLE),
            transport=transport,
        )

    async def ask(self, body: Body) -> str:
        """The whole answer to `body`, as it is written. Raises Fault."""
        with self.answers.faults():
            response = await self._send(body)
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response.text

    async def stream(self, body: Body) -> Stream:
        """The answer to `body`, piece by piece; it must be closed. Raises Fault."""
        with self.answers.faults():
            response = await self._send({**body, "stream": True, "stream_options": {"include_usage": True}})
        return Stream(self.answers, response)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _send(self, body: Body) -> httpx.Response:
        """The response's head, once the server has taken the request in this form or a smaller one."""
        for smaller in self._conceded:
            body = smaller(body)
        conceded: list[Concession] = []
        while True:
            request = self._client.build_request("POST", "chat/completions", json=body)
            response = await self._client.send(request, stream=True)
            if response.status_code == httpx.codes.OK:
                self._conceded += conceded
                return response
            try:
                await response.aread()
            finally:
                await response.aclose()
            words = self.answers.words(response)
            concession = concede(body, words) if response.status_code in (400, 422) else None
            if concession is None:
                raise self.answers.refusal(response, words)
            conceded.append(concession)
            body = concession(body)


class Stream:
    """A streamed answer. `next` gives its pieces up to the one that ends it; one that breaks off before is a fault.

    A server that sends keepalives alone is silent, too. Events are read one by one, so that what comes behind the end
    is never looked at, wherever the network cuts the bytes.

    Attributes:
        usage: as the server counted it, where it has yet.
    """

    def __init__(self, answers: Answers, response: httpx.Response) -> None:
        self._answers, self._response = answers, response
        self._kind = response.headers.get("content-type", "")
        self._bytes: AsyncIterator[bytes] = response.aiter_bytes()
        self._reader, self._ready = EventReader(), deque[str]()
        self._over = False
        self.usage: Counted | None = None

    async def next(self) -> Chunk:
        """The next piece. Raises Fault."""
        with self._answers.faults():
            try:
                async with asyncio.timeout(self._answers.timeout):
                    chunk = await self._piece()
            except TimeoutError:
                raise self._answers.silent() from None
        self.usage = chunk.usage or self.usage
        return chunk

    async def finish(self) -> None:
        """Read what follows the end, the server's count and [DONE], so that the connection can be used again."""
        with suppress(Fault, TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(LAST):
                while True:
                    self.usage = (await self._piece()).usage or self.usage
        await self.close()

    async def close(self) -> None:
        """Break it off."""
        await self._response.aclose()

    async def _piece(self) -> Chunk:
        if "json" in self._kind and not self._over:  # The server does not stream: one piece, the whole.
            await self._response.aread()
            self._over = True
            return self._answers.whole(self._response)
        if "html" in self._kind:
            await self._response.aread()
            raise self._answers.garbled(f"it answered {self._kind}: {self._answers.words(self._response)}")
        while not self._ready:
            if self._over:
                raise self._answers.garbled("the stream was cut off before the answer's end")
            raw = await _next(self._bytes)
            self._over = raw is None
            self._ready += self._reader.close() if raw is None else self._reader.feed(raw)
        return self._answers.chunk(self._ready.popleft())


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    try:
        return await pieces.__anext__()
    except StopAsyncIteration:
        return None
