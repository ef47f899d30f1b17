"""A client that costs little: HTTP over plain sockets, so that what is measured is the server.

`one_by_one` waits for each answer before the next request; `side_by_side` keeps so many connections busy; `streams`
opens as many streams at once and reads each to its end.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Target:
    """Where requests go, and what they say."""

    url: str
    key: str
    body: dict[str, object]

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    @property
    def request(self) -> bytes:
        content = json.dumps(self.body).encode()
        head = (
            f"POST {urlsplit(self.url).path}/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


@dataclass
class Connection:
    """One kept-alive connection."""

    target: Target
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    status: int = 0
    events: int = field(default=0)

    async def ask(self) -> bytes:
        """One request, and its whole answer's body."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection(*self.target.place)
        self.writer.write(self.target.request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1])
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            body = await self._chunks()
        else:
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            body = await self.reader.readexactly(length)
        if b"connection: close" in lower:
            self.close()
        return body

    async def _chunks(self) -> bytes:
        assert self.reader is not None
        pieces = []
        while True:
            size = int(await self.reader.readline(), 16)
            piece = (await self.reader.readexactly(size + 2))[:-2]
            if not size:
                return b"".join(pieces)
            self.events += piece.count(b"data: ")
            pieces.append(piece)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def one_by_one(target: Target, count: int) -> list[float]:
    """Seconds of each of `count` requests over one connection."""
    connection, times = Connection(target), []
    for _ in range(count):
        start = time.perf_counter()
        body = await connection.ask()
        times.append(time.perf_counter() - start)
        assert connection.status == 200, body[:300]
    connection.close()
    return times


async def side_by_side(target: Target, connections: int, seconds: float) -> float:
    """Requests per second that so many connections, always busy, bring to an end."""
    done, until = 0, time.perf_counter() + seconds

    async def work() -> None:
        nonlocal done
        connection = Connection(target)
        while time.perf_counter() < until:
            body = await connection.ask()
            assert connection.status == 200, body[:300]
            done += 1
        connection.close()

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    return done / (time.perf_counter() - start)


async def streams(target: Target, count: int, ramp: float) -> Counter[str]:
    """Open `count` streams within `ramp` seconds and read each to its end; how many ended how."""
    ends: Counter[str] = Counter()

    async def work(number: int) -> None:
        await asyncio.sleep(ramp * number / count)
        connection = Connection(target)
        try:
            body = await connection.ask()
        except (OSError, asyncio.IncompleteReadError) as error:
            ends[type(error).__name__] += 1
            return
        whole = connection.status == 200 and body.endswith(b"data: [DONE]\n\n")
        ends["whole" if whole else f"status {connection.status}, not whole"] += 1
        connection.close()

    await asyncio.gather(*(work(number) for number in range(count)))
    return ends
