"""An upstream that answers at once, or streams as slowly as it is asked to: `python -m bench.instant PORT`.

Its model's name says how: `instant` answers six words; `slow-N-S` streams N words, one every S seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

WORDS = ["so", " be", " it", ",", " my", " friend"]
USAGE = {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14}
KNOWN = {"id": "chatcmpl-1", "created": 1, "model": "instant"}


def _event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({**KNOWN, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n".encode()


def _usage() -> bytes:
    told = {**KNOWN, "object": "chat.completion.chunk", "choices": [], "usage": USAGE}
    return f"data: {json.dumps(told)}\n\ndata: [DONE]\n\n".encode()


def _whole(text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({**KNOWN, "object": "chat.completion", "choices": [choice], "usage": USAGE}).encode()


WHOLE = _whole("".join(WORDS))
VERDICT = _whole("a lamp in the window\nVerdict: continue")
EVENTS = b"".join([*(_event({"content": word}) for word in WORDS), _event({}, "stop"), _usage()])


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The server, as ASGI has it."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["method"] == "GET":
        await _send(send, b'{"object": "list", "data": []}')
        return
    asked = json.loads(body)
    if not asked.get("stream"):
        await _send(send, VERDICT if "You are asked as" in str(asked["messages"][-1]["content"]) else WHOLE)
    elif asked["model"].startswith("slow"):
        await _slowly(send, *asked["model"].split("-")[1:])
    else:
        await _send(send, EVENTS, b"text/event-stream")


async def _send(send: Any, content: bytes, kind: bytes = b"application/json") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _slowly(send: Any, words: str, pause: str) -> None:
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(int(words)):
        await send({"type": "http.response.body", "body": _event({"content": f" w{number}"}), "more_body": True})
        await asyncio.sleep(float(pause))
    await send({"type": "http.response.body", "body": _event({}, "stop") + _usage()})


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="off")
