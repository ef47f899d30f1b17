"""`/v1/chat/completions`, whole or as a stream of events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from eudaimon.serving.answering import Ended
from eudaimon.serving.asking import asked_in_chat
from eudaimon.serving.guest import Guest, guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.chat import ChatCompletion, ChatRequest
from eudaimon.serving.protocol.refusal import REFUSALS
from eudaimon.serving.routes.shape import Shape, answered

router = APIRouter(responses=REFUSALS)


@router.post(
    "/v1/chat/completions",
    response_model=ChatCompletion,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def chat(body: ChatRequest, request: Request, who: Annotated[Guest, Depends(guest)]) -> Response:
    """What the persona says next. Reflections are in each choice's `eudaimon`, in a stream in events of their own."""
    house: House = request.app.state.house
    shape = Shape("chatcmpl", "chat.completion", ".chunk", body.model, _whole_choice, _piece)
    counted = bool(body.stream_options and body.stream_options.include_usage)
    return await answered(house, request, who, asked_in_chat(house, who, body), shape, bool(body.stream), counted)


def _whole_choice(one: Ended, prefill: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": one.text[len(prefill) :]}
    if one.said.calls:
        message |= {"content": message["content"] or None, "tool_calls": _calls(one)}
    choice: dict[str, Any] = {"message": message}
    if one.said.weighed is not None:
        choice["logprobs"] = _logprobs(one)
    return choice


def _piece(happened: str | Ended | None) -> dict[str, Any]:
    """A delta: of the beginning, of new words, or of the end."""
    if happened is None:
        return {"delta": {"role": "assistant", "content": ""}}
    if isinstance(happened, str):
        return {"delta": {"content": happened} if happened else {}}
    calls = [{"index": i, **call} for i, call in enumerate(_calls(happened))]
    told: dict[str, Any] = {"delta": {"tool_calls": calls} if calls else {}}
    if happened.said.weighed is not None:
        told["logprobs"] = _logprobs(happened)
    return told


def _calls(one: Ended) -> list[dict[str, Any]]:
    return [call.model_dump() for call in one.said.calls]


def _logprobs(one: Ended) -> dict[str, Any]:
    def likely(token: str, logprob: float) -> dict[str, Any]:
        return {"token": token, "logprob": logprob, "bytes": list(token.encode("utf-8", "replace"))}

    return {
        "content": [
            {**likely(each.token, each.logprob), "top_logprobs": [likely(*other) for other in each.instead]}
            for each in one.said.weighed or ()
        ],
        "refusal": None,
    }
