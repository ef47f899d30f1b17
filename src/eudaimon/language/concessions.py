"""What can be taken out of a request, or put otherwise, for servers that refuse it: each concession maps a body to one
that asks for less of the server.

Servers differ in which fields they know. A request is first sent in full; where it is refused (400, 422), the
concession that the refusal names is made, or, where it names none, everything optional is given up at once. Some
(llama.cpp, SGLang) answer 500 where a chat template raises: that is a refusal, too, if it speaks of roles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from eudaimon.language.dialect import folded

Body = dict[str, Any]
Concession = Callable[[Body], Body]

UNTHINKING: Body = {"chat_template_kwargs": {"enable_thinking": False}}
"""Models that think aloud by default are asked not to: a reply is what the persona says, and its few words go to that.
Servers that render chat templates (vLLM, SGLang, llama.cpp) pass it on to them."""

OPTIONAL = ("logprobs", "top_logprobs", "stream_options", "seed", *UNTHINKING)
FEW = 5


def _without(*names: str) -> Concession:
    return lambda body: {name: value for name, value in body.items() if name not in names}


def _newer_limit(body: Body) -> Body:
    """`max_tokens` under the name that OpenAI's later models demand."""
    return {"max_completion_tokens" if name == "max_tokens" else name: value for name, value in body.items()}


def _fewer_alternatives(body: Body) -> Body:
    return {**body, "top_logprobs": FEW} if body.get("top_logprobs", 0) > FEW else body


def _folded(body: Body) -> Body:
    """System text within the users' turns, for models that know no system role."""
    return {name: folded(value) if name == "messages" else value for name, value in body.items()}


_STRICT = (
    r"(?i:system\W{1,3}role|roles?\b\W+[a-z][^.]{0,30}\bsystem|developer instruction|roles must alternate|"
    r"system message must be)"
)
"""How servers say that a model takes turns of users and assistants alone (Gemma's, Mistral's and Qwen's templates,
OpenAI's and Google's APIs). That a request is repeated, with its roles, says nothing."""

_WARMTH = (
    r"(?i:unsupported\b[^.]{0,40}\btemperature|temperature\b[^.]{0,40}\b(not support(ed)?|deprecated)|"
    r"temperature\b.{0,60}\bonly (1|the default)|don't support temperature|only temperature)"
)
"""How servers say that a model is drawn from at its own temperature alone (OpenAI's, Anthropic's, Moonshot's). That one
temperature is out of bounds is no such word: without it, replies would be drawn otherwise than was asked."""

_BY_NAME: tuple[tuple[str, Concession], ...] = (
    ("max_completion_tokens", _newer_limit),
    ("top_logprobs", _fewer_alternatives),
    ("logprobs|top_logprobs", _without("logprobs", "top_logprobs")),
    ("stream_options", _without("stream_options")),
    ("seed", _without("seed")),
    (r"chat_template\w*|enable_thinking", _without(*UNTHINKING)),
    (_STRICT, _folded),
    (_WARMTH, _without("temperature")),
)
_ALL = _without(*OPTIONAL)


def refuses_roles(words: str) -> bool:
    """Whether a server's words tell of a chat template that takes no system text or no neighbours of one role."""
    return bool(re.search(_STRICT, words))


def concede(body: Body, refusal: str) -> Concession | None:
    """The concession to make after `refusal` (the server's words), None where nothing is left to give up.

    >>> smaller = concede({"seed": 1, "model": "m"}, "unknown field: seed")
    >>> smaller({"seed": 2, "model": "m"})
    {'model': 'm'}
    """
    named = [give for name, give in _BY_NAME if re.search(rf"\b({name})\b", refusal)]
    return next((give for give in (*named, _ALL) if give(body) != body), None)
