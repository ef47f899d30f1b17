"""What a night learns from: labels, preference pairs and letting-go pairs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eudaimon.dialogue.message import Conversation


class SignalKind(StrEnum):
    """`label`: a completion that the council let pass (learn it). `pair`: chosen over rejected. `letting_go`: a
    graceful surrender over going on."""

    LABEL = "label"
    PAIR = "pair"
    LETTING_GO = "letting_go"


@dataclass(frozen=True, slots=True)
class Signal:
    """One training example, with where it came from.

    Attributes:
        id: stable name, unique in a life.
        night: 1-based.
        kind: see `SignalKind`.
        episode: id of the episode, or of the dream, that it was drawn from.
        prompt: the conversation up to the completion; its last message may be an open reply.
        chosen: the completion to learn.
        rejected: the completion to unlearn; empty for a label.
        margin: the council's score of chosen minus that of rejected, in [-1, 1]; for a label its score.
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
