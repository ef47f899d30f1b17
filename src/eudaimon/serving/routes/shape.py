"""An answer on its way out: whole, or as events, in the shape of one of OpenAI's routes."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from eudaimon.serving.answering import Answering, Ended, Paused, Text
from eudaimon.serving.asking import Asked
from eudaimon.serving.guest import Guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.extension import pause_of
from eudaimon.serving.protocol.refusal import refusal_of
from eudaimon.serving.routes.streamed import Streamed, listened

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a route's answers look.

    Attributes:
        prefix: of their ids.
        kind: their `object`; a piece's has `piece_kind` behind it.
        model: as the client named it.
        whole: a choice that is whole, given the reply that the client had begun.
        piece: what a piece of a choice adds: None is its beginning, text new words, empty ones none, `Ended` its end.
    """

    prefix: str
    kind: str
    piece_kind: str
    model: str
    whole: Callable[[Ended, str], dict[str, Any]]
    piece: Callable[[str | Ended | None], dict[str, Any]]

    def head(self, piece: bool = False) -> dict[str, Any]:
        """What stands in every piece of one answer."""
        kind = self.kind + (self.piece_kind if piece else "")
        name = f"{self.prefix}-{secrets.token_hex(12)}"
        return {"id": name, "object": kind, "created": int(time.time()), "model": self.model}


async def answered(
    house: House, request: Request, who: Guest, asked: Asked, shape: Shape, stream: bool, counted: bool
) -> Response:
    """The answer to `asked`.

    Raises:
        Refusal: there is no room, or it cannot be answered.
        Gone: the client has left meanwhile.
    """
    with ExitStack() as stack:
        stack.enter_context(house.gate.enter(who.key))
        if not stream:
            return JSONResponse(await listened(request, _whole(house, asked, shape)))
        return Streamed(_stream(house, asked, shape, counted), stack.pop_all())


async def _whole(house: House, asked: Asked, shape: Shape) -> dict[str, Any]:
    pauses: list[list[dict[str, Any]]] = [[] for _ in asked.settings]
    ended: list[Ended] = []
    async for event in Answering(house, asked).events():
        if isinstance(event, Paused):
            pauses[event.choice].append(pause_of(event.decision, event.attempt, event.choice))
        elif isinstance(event, Ended):
            ended.append(event)
    ended.sort(key=lambda one: one.choice)
    choices = [
        {
            "index": one.choice,
            **shape.whole(one, asked.prefill),
            "finish_reason": one.finish,
            "eudaimon": {**_told(one), "reflections": pauses[one.choice]},
        }
        for one in ended
    ]
    return {**shape.head(), "choices": choices, "usage": _usage(asked, ended)}


async def _stream(house: House, asked: Asked, shape: Shape, counted: bool) -> AsyncIterator[str]:
    head, ended = shape.head(piece=True), list[Ended]()

    def piece(choice: int, of: str | Ended | None, finish: str | None = None, **more: object) -> str:
        told = {**head, "choices": [{"index": choice, **shape.piece(of), "finish_reason": finish}], **more}
        return f"data: {json.dumps(told)}\n\n"

    try:
        for choice in range(len(asked.settings)):
            yield piece(choice, None)
        async for event in Answering(house, asked).events():
            if isinstance(event, Text):
                yield piece(event.choice, event.text)
            elif isinstance(event, Paused):
                told = {"reflection": pause_of(event.decision, event.attempt, event.choice)}
                yield "event: eudaimon.reflection\n" + piece(event.choice, "", eudaimon=told)
            else:
                ended.append(event)
                yield piece(event.choice, event, event.finish, eudaimon=_told(event))
        if counted:
            yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(asked, ended)})}\n\n"
        yield DONE
    except Exception as error:
        yield f"data: {json.dumps(refusal_of(error).body)}\n\n"


def _told(one: Ended) -> dict[str, Any]:
    return {
        "conversation": one.conversation,
        "persona": one.persona,
        "finish": one.how,
        "drafts": [passage.text for passage in one.said.reply.drafts],
    }


def _usage(asked: Asked, ended: list[Ended]) -> dict[str, int]:
    counted = max((one.said.given for one in ended), default=0)
    given = counted or sum(len(message.content.split()) for message in asked.messages)
    said = sum(one.said.reply.tokens for one in ended)
    return {"prompt_tokens": given, "completion_tokens": said, "total_tokens": given + said}
