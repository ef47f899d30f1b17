"""The project's own field in requests and answers, `eudaimon`. Clients that do not know it lose nothing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from eudaimon.dialogue import Decision
from eudaimon.dialogue.plainjson import to_json

NAME = r"^[^\x00-\x1f\x7f]{1,200}$"


class Wish(BaseModel):
    """`eudaimon` in a request. Each but `conversation` and `reflect` may be a header too (`X-Eudaimon-Person`, ...)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    person: str | None = Field(default=None, pattern=NAME, description="who speaks, where the key is a community's")
    community: str | None = Field(default=None, pattern=NAME, description="the key's; another is refused")
    pool: str | None = Field(default=None, pattern=NAME, description="the pool that the council is drawn from")
    conversation: str | None = Field(default=None, pattern=NAME, description="the conversation that this one goes on")
    reflect: bool | None = Field(default=None, description="false: the persona never pauses")


class Word(BaseModel):
    """One archetype's comment; probabilities of continue, revise and surrender."""

    archetype: str
    text: str
    verdict: str
    probabilities: tuple[float, float, float]
    dissents: bool


class Pause(BaseModel):
    """One reflection. `before` and `passage` are characters of the reply; what a verdict other than continue takes back
    was never sent as content."""

    choice: int
    pause: int
    attempt: int
    place: str
    before: str
    passage: str
    verdict: str
    voice: str
    reasons: list[str]
    comments: list[Word]


class Told(BaseModel):
    """`eudaimon` in an answer's choice."""

    conversation: str | None
    persona: str
    finish: str
    reflections: list[Pause]
    drafts: list[str]


def pause_of(decision: Decision, attempt: int, choice: int = 0) -> dict[str, Any]:
    """A decision as `Pause`'s JSON values."""
    return {
        "choice": choice,
        "pause": decision.pause,
        "attempt": attempt,
        "place": decision.passage.place,
        "before": decision.passage.before,
        "passage": decision.passage.text,
        "verdict": str(decision.verdict),
        "voice": decision.voice,
        "reasons": list(decision.reasons),
        "comments": [
            {
                "archetype": one.archetype,
                "text": one.text,
                "verdict": str(one.verdict),
                "probabilities": to_json(one.probabilities),
                "dissents": one in decision.dissent,
            }
            for one in decision.comments
        ],
    }
