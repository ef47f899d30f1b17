"""One conversation of a day, with everything that the council said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eudaimon.dialogue.message import Conversation
from eudaimon.dialogue.reflection import Reflection

PRIVATE = "private"
"""The source of what a person said to the persona for themselves alone: no night learns from it, no report tells it."""


SHARED = "door"
"""The source of what a person said at a life's door and lets nights learn from."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A finished conversation.

    Attributes:
        id: stable name, unique in a life (for example `day-2/0017`).
        day: 1-based.
        persona: id of the persona that spoke.
        source: where it came from: a world's name (`village`, `people`), `SHARED` or `PRIVATE`.
        messages: the conversation as it stands in the end (no revised drafts, no council turns).
        reflections: every pause in order, drafts included in their passages.
        visible: what anyone could see besides the text, as JSON values. Never hidden state, never gold.
    """

    id: str
    day: int
    persona: str
    source: str
    messages: Conversation
    reflections: tuple[Reflection, ...] = ()
    visible: Mapping[str, object] = field(default_factory=dict)
