"""`/v1/chat/completions`: what may be asked, as OpenAI's API names it; anything else is refused by its name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from eudaimon.serving.protocol.extension import Told, Wish
from eudaimon.serving.protocol.tools import Tool, ToolCall, ToolChoice

Zero = Annotated[float, Field(ge=0, le=0)]
One = Annotated[float, Field(ge=1, le=1)]
"""What cannot be honoured otherwise may be said as it is by default, since many clients do."""

Stops = str | Annotated[list[str], Field(max_length=4)]


class Part(BaseModel):
    """A piece of a message's content; text alone is understood."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["text"]
    text: str


class Said(BaseModel):
    """What a system, a developer or a user says."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["system", "developer", "user"]
    content: str | list[Part]


class Replied(BaseModel):
    """What an assistant said and called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["assistant"]
    content: str | list[Part] | None = None
    tool_calls: Annotated[list[ToolCall], Field(min_length=1)] | None = None
    refusal: None = None


class Answered(BaseModel):
    """What a tool answered."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["tool"]
    content: str | list[Part]
    tool_call_id: str


AnyMessage = Annotated[Said | Replied | Answered, Field(discriminator="role")]


def text_of(content: str | list[Part] | None) -> str:
    """A message's words."""
    return content if isinstance(content, str) else "".join(part.text for part in content or ())


class StreamOptions(BaseModel):
    """How a stream is to be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    include_usage: bool = False


class PlainText(BaseModel):
    """The one format of answers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["text"] = "text"


class ChatRequest(BaseModel):
    """A request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    messages: Annotated[list[AnyMessage], Field(min_length=1)]
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: One | None = None
    n: int | None = Field(default=None, ge=1)
    stop: Stops | None = None
    seed: int | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: PlainText | None = None
    frequency_penalty: Zero | None = None
    presence_penalty: Zero | None = None
    user: str | None = None
    eudaimon: Wish | None = None


class Answer(BaseModel):
    """What was said, and what is to be called."""

    role: Literal["assistant"]
    content: str | None
    tool_calls: list[ToolCall] | None = None


class Likely(BaseModel):
    """A token and its log-probability in nats."""

    token: str
    logprob: float
    bytes: list[int]


class Token(Likely):
    """One that was said, and the most probable ones in its place."""

    top_logprobs: list[Likely]


class Logprobs(BaseModel):
    """Those of a choice's tokens, in order."""

    content: list[Token]


class Choice(BaseModel):
    """One answer of the `n`."""

    index: int
    message: Answer
    logprobs: Logprobs | None = None
    finish_reason: Literal["stop", "length", "tool_calls"]
    eudaimon: Told


class Usage(BaseModel):
    """Tokens, drafts included."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
