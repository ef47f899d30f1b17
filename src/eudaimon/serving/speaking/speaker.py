"""The port of whoever speaks behind the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from eudaimon.dialogue import Conversation
from eudaimon.psyche import Council, Settings
from eudaimon.serving.speaking.event import Tell
from eudaimon.serving.speaking.wanted import NOTHING, Wanted

T = TypeVar("T")


class Speaking(Protocol):
    """A reply under way."""

    def leave(self) -> None:
        """Nobody waits for it any longer: what was said so far stands, and nothing more is told."""
        ...


class Speaker(Protocol):
    """Lets the persona speak, many replies at once, without holding up the event loop."""

    def speak(
        self, conversation: Conversation, settings: Settings, council: Council, tell: Tell, wanted: Wanted = NOTHING
    ) -> Speaking:
        """Begin a reply; `tell` hears of it in the running event loop."""
        ...

    async def call(self, work: Callable[[], T]) -> T:
        """Do `work` while nobody else uses the model."""
        ...

    async def close(self) -> None:
        """Let nobody else begin; those who speak are dropped."""
        ...
