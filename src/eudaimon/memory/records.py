"""What the store keeps besides what `dialogue` has words for: whose life it is, and what happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PROCESS = "process"
"""The kind of events that tell how a life was run (started, interrupted, resumed, how fast) and not what it was.
`Store.fingerprint` leaves them out, as it leaves out the clock."""


CORRECTED = "corrected"
"""Under which an episode's `visible` lists the places of messages that their person has corrected."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a life was begun with. It never changes: another value means another life.

    Attributes:
        seed: the life's seed.
        model: name of the model, with the content hash of its weights where they are here.
        tier: `W`, `L` or `T`, see `language.Capabilities.tier`.
        world: the world's name (`village`, `people`).
        pool: the pool of archetypes.
        version: eudaimon's version.
        settings: whatever else must stay the same when the life goes on, as JSON values.
    """

    seed: int
    model: str
    tier: str
    world: str
    pool: str
    version: str
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a life's log.

    Attributes:
        kind: a word to find it by; see `PROCESS`.
        text: plain English.
        day: the day that it belongs to; 0 for none.
        night: the night that it belongs to; 0 for none.
        at: when it was written, in seconds since 1970 (UTC).
    """

    kind: str
    text: str
    day: int = 0
    night: int = 0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is no longer in the store.

    Attributes:
        episodes: ids of all that went.
        conversations: those that were asked for.
        copies: commentaries and dreams that nights had made of them.
        messages: of all of these.
        signals: what nights had drawn from them.
        nights: those that had learned from them; what they trained is not in the store and stays.
    """

    episodes: tuple[str, ...]
    conversations: int
    copies: int
    messages: int
    signals: int
    nights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """Where a message was corrected: in these episodes, copies among them, and what it said `before`."""

    episodes: tuple[str, ...]
    before: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a conversation is. Nobody else is ever shown it.

    Attributes:
        person: a name that means the same person within one community.
        community: to which the person belongs; empty for none.
    """

    person: str
    community: str = ""
