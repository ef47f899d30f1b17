"""Answers that take a while: what holds a slot gives it back however they end, and nobody speaks to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from eudaimon.serving.protocol.refusal import Gone

T = TypeVar("T")


class Streamed(StreamingResponse):
    """Server-sent events; `inside` is closed when they end, are broken off, or never begin."""

    def __init__(self, events: AsyncIterator[str], inside: ExitStack) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._inside:
            await super().__call__(scope, receive, send)


async def listened(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to, as long as the client is there; else it is cancelled.

    Raises:
        Gone: the client is not.
    """
    doing = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise Gone
        return doing.result()
    finally:
        for task in (doing, leaving):
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
