"""One attempt at a time over HTTP: a body goes to `/chat/completions`, and chunks or a `Fault` come back."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import httpx

from eudaimon.errors import EndpointRefused
from eudaimon.language.answers import Answers
from eudaimon.language.chunk import Chunk
from eudaimon.language.concessions import Body, Concession
from eudaimon.language.patience import Fault
from eudaimon.language.sse import EventReader


class Wire:
    """The connection to one endpoint, without retries.

    Args:
        answers: reads what it says.
        transport: httpx's, for tests and for unusual networks.

    Raises:
        EndpointRefused: the environment's proxy cannot be used.
    """

    def __init__(self, answers: Answers, transport: httpx.BaseTransport | None) -> None:
        self._answers, self._conceded = answers, list[Concession]()
        path, query = httpx.URL(f"{answers.where}/chat/completions").raw_path, answers.query.encode("ascii")
        # The query stands behind the path on the wire alone: httpx writes a request's url in its log.
        self._extensions = {"target": path + b"?" + query} if query else {}
        with _proxied(answers):
            self._client = httpx.Client(
                base_url=answers.where,
                auth=answers.auth,
                headers=answers.headers,
                timeout=answers.timeout,
                limits=httpx.Limits(max_connections=None),  # Kept streams hold connections; threads are the limit.
                transport=transport,
            )

    def ask(self, body: Body) -> Generator[Chunk]:
        """The whole answer to `body`, one chunk. Raises Fault."""
        with self._answers.faults(), closing(self._send(body)) as response:
            response.read()
            yield self._answers.whole(response)

    def stream(self, body: Body) -> Generator[Chunk]:
        """The answer to `body`, piece by piece; close the iterator to break it off. Raises Fault.

        The last chunks hold the reason for the end and, where the server tells it, the usage.
        """
        with self._answers.faults():
            response = self._send({**body, "stream": True, "stream_options": {"include_usage": True}})
        with closing(response):
            yield from self._until_end(self._chunks(response))

    def close(self) -> None:
        self._client.close()

    def _send(self, body: Body) -> httpx.Response:
        """The response's head, once the server has taken the request in this form or a smaller one."""
        for smaller in self._conceded:
            body = smaller(body)
        conceded: list[Concession] = []
        while True:
            request = self._client.build_request("POST", "chat/completions", json=body, extensions=self._extensions)
            response = self._client.send(request, stream=True)
            if response.status_code == httpx.codes.OK:
                self._conceded += conceded
                return response
            with closing(response):
                response.read()
            words = self._answers.words(response)
            concession = self._answers.concession(body, response, words)
            if concession is None:
                raise self._answers.refusal(response, words)
            conceded.append(concession)
            body = concession(body)

    def _chunks(self, response: httpx.Response) -> Iterator[Chunk]:
        kind = response.headers.get("content-type", "")
        if "json" in kind:  # The server does not stream: one piece, the whole.
            response.read()
            yield self._answers.whole(response)
        elif "html" in kind:
            response.read()
            raise self._answers.garbled(f"it answered {kind}: {self._answers.words(response)}")
        else:
            for data in self._events(response):
                yield self._answers.chunk(data)
                if data.strip() == "[DONE]":
                    return

    def _events(self, response: httpx.Response) -> Iterator[str]:
        """The events of a stream. A server that sends keepalives alone is silent, too."""
        reader, heard = EventReader(), time.monotonic()
        for raw in response.iter_bytes():
            events = reader.feed(raw)
            yield from events
            now = time.monotonic()
            if not events and now - heard > self._answers.timeout:
                raise self._answers.silent()
            heard = now if events else heard
        yield from reader.close()

    def _until_end(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """`chunks` up to the end of the answer; a stream that breaks off before it is a fault, after it is none."""
        ended = False
        try:
            with self._answers.faults():
                for chunk in chunks:
                    yield chunk
                    ended = ended or bool(chunk.finish)
                    if ended and chunk.usage:
                        return
        except Fault:
            if not ended:
                raise
        if not ended:
            raise self._answers.garbled("the stream was cut off before the answer's end")


@contextmanager
def _proxied(answers: Answers) -> Iterator[None]:
    """A client reads the environment's proxies when it is made, also for a server that is reached without any."""
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        why = "it is no url" if isinstance(error, httpx.InvalidURL) else str(error)
        raise EndpointRefused(
            f"{answers.where}: the proxy in the environment cannot be used ({why}). Remedy: pip install 'httpx[socks]' "
            "for one of SOCKS, or mend or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY."
        ) from None
