"""`/v1/chat/completions`: what may be asked, as OpenAI's API names it; anything else is refused by its name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from eudaimon.serving.protocol.extension import Told, Wish

Stops = str | Annotated[list[str], Field(max_length=4)]


class Part(BaseModel):
    """A piece of a message's content; text alone is understood."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["text"]
    text: str


class Said(BaseModel):
    """A message of the request's."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]

    @property
    def text(self) -> str:
        """Its words."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """How a stream is to be."""

    model_config = ConfigDict(extra="forbid")

    include_usage: bool = False
    include_obfuscation: bool = False


class PlainText(BaseModel):
    """The one format of answers."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["text"] = "text"


class ChatRequest(BaseModel):
    """A request."""

    model_config = ConfigDict(extra="forbid")

    model: str
    messages: Annotated[list[Said], Field(min_length=1)]
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: Literal[1] | None = None
    n: int | None = Field(default=None, ge=1)
    stop: Stops | None = None
    seed: int | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: PlainText | None = None
    frequency_penalty: Literal[0] | None = None
    presence_penalty: Literal[0] | None = None
    user: str | None = None
    eudaimon: Wish | None = None


class Answer(BaseModel):
    """What was said."""

    role: Literal["assistant"]
    content: str | None


class Choice(BaseModel):
    """One answer of the `n`."""

    index: int
    message: Answer
    finish_reason: Literal["stop", "length"]
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
