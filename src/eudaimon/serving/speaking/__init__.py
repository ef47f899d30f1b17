"""Who speaks behind the door, and how what is said comes to those who wait for it."""

from __future__ import annotations

from eudaimon.life import Life
from eudaimon.serving.speaking.company import Company
from eudaimon.serving.speaking.event import Decided, Event, Failed, Finished, Settled, Tell
from eudaimon.serving.speaking.remote import Remote
from eudaimon.serving.speaking.speaker import Speaker, Speaking
from eudaimon.serving.speaking.wanted import ToolUse, Wanted

__all__ = [
    "Company",
    "Decided",
    "Event",
    "Failed",
    "Finished",
    "Remote",
    "Settled",
    "Speaker",
    "Speaking",
    "Tell",
    "ToolUse",
    "Wanted",
    "speaker_of",
]


def speaker_of(life: Life) -> Speaker:
    """Who speaks for `life`: in batches where the model is here, side by side where it is elsewhere."""
    return Remote(life) if life.model.capabilities.remote else Company(life)
