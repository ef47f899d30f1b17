"""A request's body is read up to a limit, whatever its headers say of its length."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eudaimon.serving.protocol.refusal import Refusal


class BodyLimit:
    """Answers 413 where a body is longer than `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if told.isdigit() and int(told) > self._limit:
            await self._refuse(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise HTTPException(413, self._message)  # of the kind that whoever reads the body lets through
            return message

        await self._app(scope, counted, send)

    @property
    def _message(self) -> str:
        return f"the body is longer than {self._limit} bytes, the most that is read; send less of the conversation"

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = Refusal(413, "too_large", self._message).body
        await JSONResponse(body, 413, {"Connection": "close"})(scope, receive, send)
