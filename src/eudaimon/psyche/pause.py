"""A pause: the persona stops, and asks whoever judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eudaimon.dialogue import Conversation, Decision, Passage


@dataclass(frozen=True, slots=True)
class Pause:
    """A reflection point that waits for a `Decision` naming its id.

    Attributes:
        id: counts from 0 within one reply.
        passage: the words since the last good place.
        conversation: what can be seen: the conversation, with the reply so far, passage included, open at its end.
            Withdrawn drafts and the council's earlier words are not in it.
        last: the persona has nothing more to say and cannot go on without the answer.
    """

    id: int
    passage: Passage
    conversation: Conversation
    last: bool = False


class Judge(Protocol):
    """Whoever answers pauses: the council, or a control in its place."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """One decision for each pause, in their order, naming its id."""
        ...
