"""The shapes that an OpenAI-compatible endpoint answers in, as far as they are read here.

One shape serves for whole answers (`choices[].message`) and for pieces of a stream (`choices[].delta`). What is
optional is read leniently: a server's odd `usage` or `logprobs` must not make an otherwise good answer unreadable.
"""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

T = TypeVar("T")

_ESCAPED = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
"""An escape in a JSON text: a surrogate pair, half of one (the group), or another."""


def paired(data: str) -> str:
    """A JSON text with a mark for each escape that is half a surrogate pair, which servers that cut an answer between
    tokens may send, and parsers refuse.

    >>> paired(r'"\\ud83d \\ud83d\\ude00 \\\\ud83d"')
    '"\\\\ufffd \\\\ud83d\\\\ude00 \\\\\\\\ud83d"'
    """
    return _ESCAPED.sub(lambda found: r"\ufffd" if found[1] else found[0], data)


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


Lenient = Annotated[T | None, WrapValidator(_or_none)]


class Likely(BaseModel):
    """A token and its log-probability in nats."""

    token: str
    logprob: float = Field(le=0.1)  # Rounding may lift it above 0; NaN is refused.


class Token(Likely):
    """A token that was written, with the most likely ones in its place (itself among them, mostly)."""

    top_logprobs: list[Likely] = []


class Logprobs(BaseModel):
    """Those of an answer's tokens, in order."""

    content: list[Token]


class Counted(BaseModel):
    """Tokens as the server counts them."""

    prompt_tokens: int
    completion_tokens: int = 0


def _joined(content: object) -> object:
    """The words of a content that comes in parts."""
    if not isinstance(content, list):
        return content
    texts = [part.get("text") if isinstance(part, dict) else part for part in content]
    return "".join(text for text in texts if isinstance(text, str))


Words = Annotated[str | None, BeforeValidator(_joined)]
"""What was said: a text, or parts of which some are texts (Mistral's models that think, and what stands before others);
thoughts are none of its words."""


class Said(BaseModel):
    """A message, or a piece of one."""

    content: Words = None


class Choice(BaseModel):
    """One of the answers; only the first is ever asked for."""

    message: Said | None = None
    delta: Said | None = None
    finish_reason: str | None = None
    logprobs: Lenient[Logprobs] = None


class Chunk(BaseModel):
    """A whole answer, or one piece of it.

    >>> chunk = Chunk.model_validate_json('{"choices": [{"delta": {"content": "so"}, "finish_reason": null}]}')
    >>> chunk.text, chunk.finish
    ('so', '')
    """

    choices: Annotated[list[Choice], BeforeValidator(lambda found: [] if found is None else found)] = []
    usage: Lenient[Counted] = None
    error: object = None

    @property
    def text(self) -> str:
        """What was said; empty where nothing was."""
        said = self.choices and (self.choices[0].message or self.choices[0].delta)
        return said.content or "" if said else ""

    @property
    def finish(self) -> str:
        """Why the answer ended; empty while it goes on."""
        return self.choices[0].finish_reason or "" if self.choices else ""

    def saying(self, text: str) -> Chunk:
        """The same piece with other words."""
        choice = Choice(delta=Said(content=text), finish_reason=self.finish or None)
        return Chunk(choices=[choice], usage=self.usage)

    @property
    def tokens(self) -> list[Token]:
        """The tokens with their log-probabilities; empty where the server gives none."""
        found = self.choices[0].logprobs if self.choices else None
        return found.content if found else []
