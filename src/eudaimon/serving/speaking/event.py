"""What happens to a reply while it comes into being."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eudaimon.dialogue import Decision
from eudaimon.language import Weighed
from eudaimon.psyche import Reply
from eudaimon.serving.protocol.tools import ToolCall


@dataclass(frozen=True, slots=True)
class Settled:
    """`text` is what stands of the reply, from its first character; it only grows and is not taken back."""

    text: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The council decided."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply is whole.

    Attributes:
        given: the prompt's tokens; 0 where nobody counted them.
        weighed: the reply's tokens with their log-probabilities, where they were wanted; else None.
        calls: tools that are to be called.
    """

    reply: Reply
    given: int = 0
    weighed: tuple[Weighed, ...] | None = None
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """There will be no more of it."""

    error: Exception


Event = Settled | Decided | Finished | Failed

Tell = Callable[[Event], None]
"""Told every event of one reply in order; the last is `Finished` or `Failed`."""
