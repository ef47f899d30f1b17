"""`/v1/completions`: one prompt, which is one person's turn."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from eudaimon.serving.protocol.chat import One, Stops, StreamOptions, Usage, Zero
from eudaimon.serving.protocol.extension import Told, Wish


class CompletionRequest(BaseModel):
    """A request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    prompt: str
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: One | None = None
    n: int | None = Field(default=None, ge=1)
    best_of: One | None = None
    echo: bool | None = None
    stop: Stops | None = None
    seed: int | None = None
    logprobs: int | None = Field(default=None, ge=0, le=5)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    frequency_penalty: Zero | None = None
    presence_penalty: Zero | None = None
    suffix: None = None
    user: str | None = None
    eudaimon: Wish | None = None


class Logprobs(BaseModel):
    """Those of a text's tokens; `text_offset` counts characters from its beginning."""

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


class TextChoice(BaseModel):
    """One answer of the `n`."""

    index: int
    text: str
    logprobs: Logprobs | None = None
    finish_reason: Literal["stop", "length"]
    eudaimon: Told


class TextCompletion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage
