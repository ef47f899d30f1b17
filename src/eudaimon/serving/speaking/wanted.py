"""What is wanted of a reply besides its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolUse:
    """Tools that the upstream may call, in OpenAI's words.

    Attributes:
        messages: the conversation as the client sent it, tools' calls and answers included.
        fields: `tools`, `tool_choice` and `parallel_tool_calls` as the client sent them.
    """

    messages: tuple[Mapping[str, Any], ...]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """See the attributes.

    Attributes:
        likely: log-probabilities of the reply's tokens, with so many of those in their place; None for none.
        tools: the tools that may be called; None for none.
    """

    likely: int | None = None
    tools: ToolUse | None = None


NOTHING = Wanted()
