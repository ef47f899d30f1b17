"""What a night learns from: labels, preference pairs, letting-go pairs, and marks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eudaimon.dialogue.message import Conversation


class SignalKind(StrEnum):
    """`label`: a completion that the council let pass (learn it). `pair`: chosen over rejected. `letting_go`: a
    graceful surrender over going on. `mark`: whether a place in a reply is one to reflect at."""

    LABEL = "label"
    PAIR = "pair"
    LETTING_GO = "letting_go"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Signal:
    """One training example, with where it came from.

    Attributes:
        id: stable name, unique in a life.
        night: 1-based.
        kind: see `SignalKind`.
        episode: id of the episode, or of the dream, that it was drawn from.
        prompt: the conversation up to the completion; its last message may be an open reply.
        chosen: the completion to learn; for a mark the token itself (`message.MARK`) where the persona should have
            wished to reflect after its open reply, and nothing where it should not.
        rejected: the completion to unlearn; empty for a label and for a mark.
        margin: the council's score of chosen minus that of rejected, in [-1, 1]; for a label its score; for a mark the
            unease of those who heard the place, in [0, 1].
        reason: plain English, who said what.
    """

    id: str
    night: int
    kind: SignalKind
    episode: str
    prompt: Conversation
    chosen: str
    rejected: str = ""
    margin: float = 0.0
    reason: str = ""
