"""An OpenAI-compatible server of a few lines, on a socket of its own: it says what it is told to say, word by word.

with Upstream() as upstream:
    EndpointModel(upstream.url, "tiny")
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

Body = dict[str, Any]
SAID = "Tom sells bread, you are so wise."


def plain(body: Body) -> str:
    """The sage minds flattery; the persona flatters until it is told."""
    last = body["messages"][-1]["content"]
    if "You are asked as" in last:
        said = [one["content"] for one in body["messages"] if one["role"] == "assistant"]
        minds = "asked as sage" in last and "wise" in (said[-1] if said else "")
        return f"the lantern shines\nVerdict: {'revise' if minds else 'continue'}"
    if "is not finished" in last:
        return ""
    return " I do not know." if "[A pause." in last else SAID


class Upstream:
    """Answers what `say` makes of a request's body; a dict is a whole message, such as one with tool calls.

    Attributes:
        bodies: what was asked, in order.
        cut: a stream is broken off after so many words.
        pause: seconds between words.
        room: who asks for fewer tokens is told that the answer, given whole, was cut there.
        going: streams that are being written just now.
        refuse: the status and the words by which a request is refused; None where it is not.
    """

    def __init__(self, say: Callable[[Body], str | Body] = plain) -> None:
        self.bodies: list[Body] = []
        self.cut: int | None = None
        self.pause = 0.0
        self.room: int | None = None
        self.going = 0
        self.say = say
        self.refuse: Callable[[Body], tuple[int, str] | None] = lambda body: None
        app = FastAPI()
        app.add_api_route("/v1/chat/completions", self._answer, methods=["POST"], response_model=None)
        self._server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/v1"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End at once, streams in their middle too."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(10)

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        if body["max_tokens"] == 1:  # a probe: nothing is gone on with by itself
            status = 422 if "continue_final_message" in body else 200
            return JSONResponse(_whole({"role": "assistant", "content": "so"}), status)
        self.bodies.append(body)
        if refused := self.refuse(body):
            return JSONResponse({"error": {"message": refused[1]}}, refused[0])
        said = self.say(body)
        message = {"role": "assistant", "content": said} if isinstance(said, str) else said
        if not body.get("stream"):
            return JSONResponse(_whole(message, cut=self.room is not None and body["max_tokens"] < self.room))
        return StreamingResponse(self._streamed(str(message["content"])), media_type="text/event-stream")

    async def _streamed(self, text: str) -> AsyncIterator[str]:
        self.going += 1
        try:
            for number, word in enumerate(text.split(" ")):
                if number == self.cut:
                    return
                yield _event({"content": word if number == 0 else f" {word}"})
                await asyncio.sleep(self.pause)
            yield _event({}, "stop")
            yield f"data: {json.dumps({'choices': [], 'usage': USAGE})}\n\ndata: [DONE]\n\n"
        finally:
            self.going -= 1


USAGE = {"prompt_tokens": 21, "completion_tokens": 7, "total_tokens": 28}


def _event(delta: Body, finish: str | None = None) -> str:
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n"


def _whole(message: Body, cut: bool = False) -> Body:
    finish = "length" if cut else "tool_calls" if message.get("tool_calls") else "stop"
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": USAGE}
