"""`/v1/completions`, whole or streamed. A persona always speaks to somebody: the prompt is a person's turn."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from eudaimon.dialogue import Message
from eudaimon.serving.answering import Ended
from eudaimon.serving.asking import asked_of, few, weighable
from eudaimon.serving.guest import Guest, guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.completions import CompletionRequest, TextCompletion
from eudaimon.serving.protocol.extension import Wish
from eudaimon.serving.protocol.refusal import REFUSALS
from eudaimon.serving.routes.shape import Shape, answered
from eudaimon.serving.speaking import Finished, Wanted

router = APIRouter(responses=REFUSALS)


@router.post(
    "/v1/completions",
    response_model=TextCompletion,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def complete(body: CompletionRequest, request: Request, who: Annotated[Guest, Depends(guest)]) -> Response:
    """What the persona says to the prompt. See `/v1/chat/completions`."""
    house: House = request.app.state.house
    few(house, body.max_tokens, "max_tokens")
    asked = asked_of(
        house,
        who,
        body.eudaimon or Wish(),
        body.model,
        (Message("user", body.prompt),),
        limit=body.max_tokens,
        temperature=body.temperature,
        n=body.n or 1,
        seed=body.seed,
        stop=body.stop,
    )
    if body.logprobs is not None:
        asked = replace(asked, wanted=Wanted(weighable(house, asked, body.logprobs)))
    echo = body.prompt if body.echo else ""

    def whole(one: Ended, prefill: str) -> dict[str, Any]:
        return {"text": echo + one.text, "logprobs": _logprobs(one.said, len(echo))}

    def piece(happened: str | Ended | None) -> dict[str, Any]:
        if isinstance(happened, Ended):
            return {"text": "", "logprobs": _logprobs(happened.said, len(echo))}
        return {"text": echo if happened is None else happened}

    shape = Shape("cmpl", "text_completion", "", body.model, whole, piece)
    counted = bool(body.stream_options and body.stream_options.include_usage)
    return await answered(house, request, who, asked, shape, bool(body.stream), counted)


def _logprobs(said: Finished, start: int) -> dict[str, Any] | None:
    weighed = said.weighed
    if weighed is None:
        return None
    return {
        "tokens": [each.token for each in weighed],
        "token_logprobs": [each.logprob for each in weighed],
        "top_logprobs": [dict(each.instead) for each in weighed],
        "text_offset": list(accumulate((len(each.token) for each in weighed[:-1]), initial=start)),
    }
