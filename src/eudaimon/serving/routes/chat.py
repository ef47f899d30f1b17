"""`/v1/chat/completions`, whole or as a stream of events."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from eudaimon.serving.answering import Answering, Ended, Paused, Text
from eudaimon.serving.asking import Asked, asked_in_chat
from eudaimon.serving.guest import Guest, guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.chat import ChatCompletion, ChatRequest
from eudaimon.serving.protocol.extension import pause_of
from eudaimon.serving.protocol.refusal import REFUSALS, refusal_of
from eudaimon.serving.routes.streamed import Streamed, listened

router = APIRouter(responses=REFUSALS)
DONE = "data: [DONE]\n\n"


@router.post(
    "/v1/chat/completions",
    response_model=ChatCompletion,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def chat(body: ChatRequest, request: Request, who: Annotated[Guest, Depends(guest)]) -> Response:
    """What the persona says next. Reflections are in each choice's `eudaimon`, in a stream in events of their own."""
    house: House = request.app.state.house
    asked = asked_in_chat(house, who, body)
    name, model = f"chatcmpl-{secrets.token_hex(12)}", body.model
    with ExitStack() as stack:
        stack.enter_context(house.gate.enter(who.key))
        if not body.stream:
            return JSONResponse(await listened(request, _whole(house, asked, name, model)))
        counted = bool(body.stream_options and body.stream_options.include_usage)
        return Streamed(_stream(house, asked, name, model, counted), stack.pop_all())


async def _whole(house: House, asked: Asked, name: str, model: str) -> dict[str, Any]:
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
            "message": {"role": "assistant", "content": one.text[len(asked.prefill) :]},
            "finish_reason": one.finish,
            "eudaimon": {**_told(one), "reflections": pauses[one.choice]},
        }
        for one in ended
    ]
    head = _head(name, model, "chat.completion")
    return {**head, "choices": choices, "usage": _usage(asked, ended)}


async def _stream(house: House, asked: Asked, name: str, model: str, counted: bool) -> AsyncIterator[str]:
    head = _head(name, model, "chat.completion.chunk")
    ended: list[Ended] = []
    try:
        for choice in range(len(asked.settings)):
            yield _chunk(head, choice, {"role": "assistant", "content": ""})
        async for event in Answering(house, asked).events():
            if isinstance(event, Text):
                yield _chunk(head, event.choice, {"content": event.text})
            elif isinstance(event, Paused):
                told = {"reflection": pause_of(event.decision, event.attempt, event.choice)}
                yield "event: eudaimon.reflection\n" + _chunk(head, event.choice, {}, eudaimon=told)
            else:
                ended.append(event)
                yield _chunk(head, event.choice, {}, event.finish, eudaimon=_told(event))
        if counted:
            yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(asked, ended)})}\n\n"
        yield DONE
    except Exception as error:
        yield f"data: {json.dumps(refusal_of(error).body)}\n\n"


def _head(name: str, model: str, kind: str) -> dict[str, Any]:
    return {"id": name, "object": kind, "created": int(time.time()), "model": model}


def _chunk(head: dict[str, Any], choice: int, delta: dict[str, str], finish: str | None = None, **more: object) -> str:
    told = {**head, "choices": [{"index": choice, "delta": delta, "finish_reason": finish}], **more}
    return f"data: {json.dumps(told)}\n\n"


def _told(one: Ended) -> dict[str, Any]:
    return {
        "conversation": one.conversation,
        "persona": one.persona,
        "finish": one.how,
        "drafts": [passage.text for passage in one.reply.drafts],
    }


def _usage(asked: Asked, ended: list[Ended]) -> dict[str, int]:
    counted = max((one.given for one in ended), default=0)
    given = counted or sum(len(message.content.split()) for message in asked.messages)
    said = sum(one.reply.tokens for one in ended)
    return {"prompt_tokens": given, "completion_tokens": said, "total_tokens": given + said}
