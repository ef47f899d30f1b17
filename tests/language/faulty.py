"""Servers that misbehave on purpose, on real sockets: `PlayedServer` plays a script, `FaultyProxy` spoils another's.

with FaultyProxy("http://127.0.0.1:8000", rate=0.3, seed=1) as proxy:
    EndpointModel(f"{proxy.url}/v1", "name")
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx

Play = Callable[["Handler"], None]
"""Answers one request."""

FAULTS = ("drop", "delay", "truncate", "limit")


class Handler(BaseHTTPRequestHandler):
    """A request, with the few ways of answering that the plays need."""

    protocol_version = "HTTP/1.1"
    body: bytes = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            self.server.owner.answer(self)  # type: ignore[attr-defined]
        except OSError:  # The client has gone.
            self.close_connection = True

    do_GET = do_POST  # noqa: N815

    def whole(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        """A complete answer."""
        self.head(status, {"content-type": kind, "content-length": str(len(content))} | headers)
        self.wfile.write(content)

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, content: bytes) -> None:
        """A piece of a body in chunked coding; the empty one ends it."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()

    def cut(self) -> None:
        """Close the connection without another word."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no news."""


class _Server:
    """A server on this machine (port 0: a free one), while the context lasts."""

    def __init__(self, port: int = 0) -> None:
        self._http = _Quiet(("127.0.0.1", port), Handler)
        self._http.owner = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def answer(self, handler: Handler) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


class PlayedServer(_Server):
    """Answers request n by play n; the last play is repeated. `bodies` are the requests' JSON bodies, in order.

    Probes (requests for one token) are not counted: they are answered so that no reply is gone on with by itself.
    """

    def __init__(self, *plays: Play, port: int = 0) -> None:
        super().__init__(port)
        self._plays, self._lock = list(plays), threading.Lock()
        self.bodies: list[dict[str, Any]] = []

    def answer(self, handler: Handler) -> None:
        body = json.loads(handler.body)
        if body["max_tokens"] == 1:
            fails(422)(handler) if "continue_final_message" in body else fails(200, PROBED)(handler)
            return
        with self._lock:
            play = self._plays[min(len(self.bodies), len(self._plays) - 1)]
            self.bodies.append(body)
        play(handler)


class FaultyProxy(_Server):
    """Forwards every request to `upstream` and spoils a share of the answers, by a seeded schedule.

    Args:
        upstream: `http://host:port`, to which the request's path is added.
        rate: share of the requests that meet a fault.
        seed: request n of the same seed meets the same fault.
        faults: which: `drop` closes the connection unanswered, `delay` waits for `pause` seconds first, `truncate`
            cuts the answer off after 1 to `room` bytes, `limit` answers 429 with `retry_after`.

    Attributes:
        met: how many requests met which fault, and how many none (`""`).
    """

    def __init__(
        self,
        upstream: str,
        *,
        rate: float = 0.3,
        seed: int = 0,
        faults: Sequence[str] = FAULTS,
        pause: float = 0.2,
        retry_after: str = "0",
        room: int = 2000,
    ) -> None:
        super().__init__()
        self.met: Counter[str] = Counter()
        self._rate, self._faults, self._pause, self._room = rate, tuple(faults), pause, room
        self._retry_after, self._random, self._lock = retry_after, random.Random(seed), threading.Lock()
        self._client = httpx.Client(base_url=upstream, timeout=120, trust_env=False)

    def answer(self, handler: Handler) -> None:
        fault, room = self.draw()
        if fault == "drop":
            handler.cut()
        elif fault == "limit":
            handler.whole(429, b'{"error": {"message": "too many requests"}}', retry_after=self._retry_after)
        else:
            time.sleep(self._pause if fault == "delay" else 0)
            self._forward(handler, room if fault == "truncate" else None)

    def draw(self) -> tuple[str, int]:
        """The next request's fault (empty for none), and where a truncated answer ends."""
        with self._lock:
            spoilt, fault = self._random.random() < self._rate, self._random.choice(self._faults)
            self.met[fault if spoilt else ""] += 1
            return fault if spoilt else "", self._random.randint(1, self._room)

    def _forward(self, handler: Handler, room: int | None) -> None:
        kept = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        with self._client.stream(handler.command, handler.path, headers=kept, content=handler.body) as response:
            kind = response.headers.get("content-type", "")
            handler.head(response.status_code, {"content-type": kind, "transfer-encoding": "chunked"})
            for content in response.iter_bytes():
                handler.chunk(content if room is None else content[:room])
                room = None if room is None else room - len(content)
                if room is not None and room <= 0:
                    handler.cut()
                    return
        handler.chunk(b"")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._client.close()


def event(text: str = "", finish: str | None = None, **more: object) -> bytes:
    """One event of a chat stream."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]} | more, ensure_ascii=False)}\n\n".encode()


def tokens(text: str) -> list[bytes]:
    """The events of `text`, one for each word with the space before it."""
    words = text.split(" ")
    return [event(word if i == 0 else f" {word}") for i, word in enumerate(words)]


PROBED = b'{"choices": [{"message": {"content": "so"}}], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}'
DONE = (event(finish="stop"), b"data: [DONE]\n\n")


def says(text: str) -> Play:
    """Streams `text` word by word, and ends well."""
    return streams([*tokens(text), *DONE])


def streams(pieces: Iterable[bytes], *, pause: float = 0, cut: bool = False) -> Play:
    """Streams these bytes in these pieces."""

    def play(handler: Handler) -> None:
        handler.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for piece in pieces:
            handler.chunk(piece)
            time.sleep(pause)
        handler.cut() if cut else handler.chunk(b"")

    return play


def fails(status: int, content: bytes = b"{}", kind: str = "application/json", **headers: str) -> Play:
    """Answers with this status."""
    return lambda handler: handler.whole(status, content, kind, **headers)
