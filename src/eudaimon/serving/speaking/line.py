"""The connection to an upstream, for many replies at once in one event loop. One attempt at a time, without retries.

aiohttp, since its parser is in C: httpx costs three times as much a request, more than all the rest of the door.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from eudaimon.errors import EndpointRefused
from eudaimon.language.answers import Answers
from eudaimon.language.chunk import Chunk, Counted
from eudaimon.language.concessions import Body, Concession
from eudaimon.language.patience import Fault
from eudaimon.language.sse import EventReader

LAST = 1.0
"""Seconds that a server has, after the end of its answer, for what follows it."""


class Line:
    """Sends bodies to the endpoint that `answers` reads. Made and used in one event loop.

    Raises:
        EndpointRefused: the environment's proxy is not one of HTTP.
    """

    def __init__(self, answers: Answers) -> None:
        self.answers, self._conceded = answers, list[Concession]()
        self._proxy = proxy_to(answers.where)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, body: Body) -> str:
        """The whole answer to `body`, as it is written. Raises Fault."""
        with faults(self.answers):
            response = await self._send(body)
            async with response:
                return await response.text()

    async def stream(self, body: Body) -> Stream:
        """The answer to `body`, piece by piece; it must be closed. Raises Fault."""
        with faults(self.answers):
            response = await self._send({**body, "stream": True, "stream_options": {"include_usage": True}})
        return Stream(self.answers, response)

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def _send(self, body: Body) -> aiohttp.ClientResponse:
        """The response's head, once the server has taken the request in this form or a smaller one."""
        for smaller in self._conceded:
            body = smaller(body)
        conceded: list[Concession] = []
        while True:
            response = await self._post(body)
            if response.status == httpx.codes.OK:
                self._conceded += conceded
                return response
            told = await _whole(response)
            words = self.answers.words(told)
            concession = self.answers.concession(body, told, words)
            if concession is None:
                raise self.answers.refusal(told, words)
            conceded.append(concession)
            body = concession(body)

    async def _post(self, body: Body) -> aiohttp.ClientResponse:
        if self._session is None:
            seconds = self.answers.timeout
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),  # the gate is the limit
                timeout=aiohttp.ClientTimeout(total=None, connect=seconds, sock_read=seconds),
                headers={"Content-Type": "application/json", **self.answers.headers},
                auth=aiohttp.BasicAuth(*self.answers.auth) if self.answers.auth else None,
            )
        query = self.answers.query
        where = URL(f"{self.answers.where}/chat/completions" + (f"?{query}" if query else ""), encoded=True)
        return await self._session.post(where, data=json.dumps(body).encode(), proxy=self._proxy)


class Stream:
    """A streamed answer. `next` gives its pieces up to the one that ends it; one that breaks off before is a fault.

    A server that sends keepalives alone is silent, too. Events are read one by one, so that what comes behind the end
    is never looked at, wherever the network cuts the bytes.

    Attributes:
        usage: as the server counted it, where it has yet.
    """

    def __init__(self, answers: Answers, response: aiohttp.ClientResponse) -> None:
        self._answers, self._response = answers, response
        self._kind = response.headers.get("content-type", "")
        self._bytes: AsyncIterator[bytes] = response.content.iter_any()
        self._reader, self._ready = EventReader(), deque[str]()
        self._over = False
        self.usage: Counted | None = None

    async def next(self) -> Chunk:
        """The next piece. Raises Fault."""
        with faults(self._answers):
            async with asyncio.timeout(self._answers.timeout):
                chunk = await self._piece()
        self.usage = chunk.usage or self.usage
        return chunk

    async def finish(self) -> None:
        """Read what follows the end, the server's count and [DONE], so that the connection can be used again."""
        with suppress(Fault, TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(LAST):
                while True:
                    self.usage = (await self._piece()).usage or self.usage
        if self._over:
            self._response.release()
        else:
            await self.close()

    async def close(self) -> None:
        """Break it off."""
        self._response.close()

    async def _piece(self) -> Chunk:
        if "json" in self._kind and not self._over:  # The server does not stream: one piece, the whole.
            self._over = True
            return self._answers.whole(await _whole(self._response))
        if "html" in self._kind:
            words = self._answers.words(await _whole(self._response))
            raise self._answers.garbled(f"it answered {self._kind}: {words}")
        while not self._ready:
            if self._over:
                raise self._answers.garbled("the stream was cut off before the answer's end")
            raw = await anext(self._bytes, None)
            self._over = raw is None
            self._ready += self._reader.close() if raw is None else self._reader.feed(raw)
        return self._answers.chunk(self._ready.popleft())


def proxy_to(where: str) -> str | None:
    """The environment's proxy on the way to a url, as httpx chooses it for the council's questions; None for none.
    (aiohttp's own `trust_env` knows no ALL_PROXY, and takes keys from a .netrc.)

    Raises:
        EndpointRefused: it is not one of HTTP.
    """
    url, proxies = urlsplit(where), getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    if not found or proxy_bypass(url.netloc):
        return None
    scheme, named, _ = found.partition("://")
    if named and scheme not in ("http", "https"):
        raise EndpointRefused(
            f"{where}: the door goes through proxies of HTTP alone, and the environment names one of {scheme}. Remedy: "
            f"name another in {url.scheme.upper()}_PROXY, or this host in NO_PROXY."
        )
    return found if named else f"http://{found}"


@contextmanager
def faults(answers: Answers) -> Iterator[None]:
    """Every way in which aiohttp fails, as a fault."""
    try:
        yield
    except TimeoutError:
        raise answers.silent() from None
    except aiohttp.ClientConnectorError as error:
        cause = f"no connection ({answers.safe(str(error))})"
        raise Fault(EndpointRefused, cause, "check that the server runs and can be reached from here") from None
    except (aiohttp.ClientError, OSError) as error:
        raise answers.garbled(f"the connection broke ({answers.safe(str(error)) or type(error).__name__})") from None


async def _whole(response: aiohttp.ClientResponse) -> httpx.Response:
    """A response that is read, in the form that `Answers` knows."""
    async with response:
        content = await response.read()
    headers = {name: response.headers[name] for name in ("content-type", "retry-after") if name in response.headers}
    return httpx.Response(response.status, headers=headers, content=content)
