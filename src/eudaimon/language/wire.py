"""One attempt at a time over HTTP: a body goes to `/chat/completions`, and chunks or a `Fault` come back."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import httpx
from pydantic import ValidationError

from eudaimon.errors import EndpointGarbled, EndpointRefused, EndpointTimeout
from eudaimon.language.chunk import Chunk
from eudaimon.language.concessions import Body, Concession, concede
from eudaimon.language.patience import Fault, retry_after
from eudaimon.language.sse import EventReader

_NO_SENSE = "check that the url is the base of an OpenAI-compatible API (it mostly ends in /v1) and see its log"
_SLOW = "raise timeout=, lower concurrency=, or see whether the server is stuck"
_DOWN = "check that the server runs and can be reached from here"
_BUSY = "lower concurrency=, raise retries=, or see the server's log"
_KEY = "check the key: api_key=, or EUDAIMON_API_KEY or OPENAI_API_KEY in the environment"
_MODEL = "check the model's name, and that the url is the base of the API (it mostly ends in /v1)"
_READ = "see what the server says of the request"
_QUOTE = 200


class Wire:
    """The connection to one endpoint, without retries.

    Args:
        base_url: of the API, `http(s)://[user:password@]host[:port]/v1`.
        api_key: sent as a bearer's token; empty for none.
        timeout: seconds without a word from the server.
        transport: httpx's, for tests and for unusual networks.

    Raises:
        EndpointRefused: `base_url` is no http(s) url.
    """

    def __init__(self, base_url: str, api_key: str, timeout: float, transport: httpx.BaseTransport | None) -> None:
        url = _url(base_url)
        self.where = str(url.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")
        self._timeout, self._keyed = timeout, bool(api_key or url.password)
        self._secrets = [secret for secret in (api_key, url.password) if secret]
        self._conceded: list[Concession] = []
        self._client = httpx.Client(
            base_url=self.where,
            auth=None if api_key or not url.userinfo else (url.username, url.password),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=timeout,
            limits=httpx.Limits(max_connections=None),  # Kept streams hold connections; threads are the limit.
            transport=transport,
        )

    def ask(self, body: Body) -> Generator[Chunk]:
        """The whole answer to `body`, one chunk. Raises Fault."""
        with self._faults(), closing(self._send(body)) as response:
            response.read()
            yield self._whole(response)

    def stream(self, body: Body) -> Generator[Chunk]:
        """The answer to `body`, piece by piece; close the iterator to break it off. Raises Fault.

        The last chunks hold the reason for the end and, where the server tells it, the usage.
        """
        with self._faults():
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
            request = self._client.build_request("POST", "chat/completions", json=body)
            response = self._client.send(request, stream=True)
            if response.status_code == httpx.codes.OK:
                self._conceded += conceded
                return response
            with closing(response):
                response.read()
            words = self._words(response)
            concession = concede(body, words) if response.status_code in (400, 422) else None
            if concession is None:
                raise self._refusal(response, words)
            conceded.append(concession)
            body = concession(body)

    def _refusal(self, response: httpx.Response, words: str) -> Fault:
        code = response.status_code
        cause = f"it answered {code} {response.reason_phrase}" + (f" ({words})" if words else "")
        if code in (401, 403):
            sent = "a key was sent" if self._keyed else "no key was sent"
            return Fault(EndpointRefused, f"{cause}; {sent}", _KEY, final=True)
        if code == 404:
            return Fault(EndpointRefused, cause, _MODEL, final=True)
        if code in (408, 409, 425, 429) or code >= 500:
            return Fault(EndpointRefused, cause, _BUSY, wait=retry_after(response.headers.get("retry-after")))
        return Fault(EndpointRefused, cause, _READ, final=True)

    def _chunks(self, response: httpx.Response) -> Iterator[Chunk]:
        kind = response.headers.get("content-type", "")
        if "json" in kind:  # The server does not stream: one piece, the whole.
            response.read()
            yield self._whole(response)
        elif "html" in kind:
            response.read()
            raise self._garbled(f"it answered {kind}: {self._words(response)}")
        else:
            for data in self._events(response):
                if data.strip() == "[DONE]":
                    yield Chunk.model_validate({"choices": [{"finish_reason": "stop"}]})
                    return
                yield self._chunk(data)

    def _events(self, response: httpx.Response) -> Iterator[str]:
        """The events of a stream. A server that sends keepalives alone is silent, too."""
        reader, heard = EventReader(), time.monotonic()
        for raw in response.iter_bytes():
            events = reader.feed(raw)
            yield from events
            now = time.monotonic()
            if not events and now - heard > self._timeout:
                raise self._silent()
            heard = now if events else heard
        yield from reader.close()

    def _until_end(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """`chunks` up to the end of the answer; a stream that breaks off before it is a fault, after it is none."""
        ended = False
        try:
            with self._faults():
                for chunk in chunks:
                    yield chunk
                    ended = ended or bool(chunk.finish)
                    if ended and chunk.usage:
                        return
        except Fault:
            if not ended:
                raise
        if not ended:
            raise self._garbled("the stream was cut off before the answer's end")

    def _whole(self, response: httpx.Response) -> Chunk:
        chunk = self._chunk(response.text)
        if not chunk.choices:
            raise self._garbled("it answered without any choices")
        if not chunk.finish:
            chunk.choices[0].finish_reason = "stop"
        return chunk

    def _chunk(self, data: str) -> Chunk:
        try:
            chunk = Chunk.model_validate_json(data)
        except ValidationError:
            raise self._garbled(f"it answered {self._safe(data)!r}, which is no chat completion") from None
        if chunk.error:
            raise Fault(EndpointRefused, f"it reported an error ({self._safe(str(chunk.error))})", _BUSY)
        return chunk

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Every way in which httpx fails, as a fault."""
        try:
            yield
        except httpx.TimeoutException:
            raise self._silent() from None
        except httpx.ConnectError as error:
            raise Fault(EndpointRefused, f"no connection ({self._safe(str(error))})", _DOWN) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._garbled(f"the connection broke ({self._safe(str(error)) or type(error).__name__})") from None

    def _silent(self) -> Fault:
        return Fault(EndpointTimeout, f"no answer for {self._timeout:g} s", _SLOW)

    def _garbled(self, cause: str) -> Fault:
        return Fault(EndpointGarbled, cause, _NO_SENSE)

    def _words(self, response: httpx.Response) -> str:
        """What the server says of a failure, without markup."""
        return self._safe(re.sub(r"<[^>]*>", " ", response.text))

    def _safe(self, text: str) -> str:
        """`text`, short and without the key, which some servers repeat."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = " ".join(text.split())
        return text if len(text) <= _QUOTE else f"{text[:_QUOTE]}…"


def _url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise EndpointRefused("an endpoint's url must look like http://host:port/v1. Remedy: pass such a url.")
    return url
