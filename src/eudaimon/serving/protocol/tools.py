"""Tools in OpenAI's shapes. They are passed through to an upstream; only what a call says is read, by the council."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Called(BaseModel):
    """The function that is called, with its arguments as JSON in a string."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    arguments: str


class ToolCall(BaseModel):
    """A call."""

    model_config = ConfigDict(extra="ignore")

    id: str
    type: Literal["function"] = "function"
    function: Called

    @property
    def words(self) -> str:
        """How the council is told of it, before it is made."""
        return f"I call {self.function.name} with {self.function.arguments}."


class Function(BaseModel):
    """A function that may be called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(BaseModel):
    """A tool that may be called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["function"]
    function: Function


class Named(BaseModel):
    """The name of the function that must be called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str


class ToolChoice(BaseModel):
    """A tool that must be called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["function"]
    function: Named


def told(content: str, calls: list[ToolCall] | None) -> str:
    """What an assistant said and called, in words, as the council hears it and as it is kept."""
    return "\n".join(filter(None, (content, *(call.words for call in calls or ()))))
