"""How people put what they ask: a core that says what they want, and clauses before and behind it.

Every part is drawn by itself, so that no list holds all asks. What stands around the core says nothing of what is asked
for, and holds names that have no part in it. Of the ways to put these together lore is kept from a fifth (`reserved`):
days, gates and tests hold compositions that no training ever saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from eudaimon.dialogue import digest
from eudaimon.worlds.village.facts import values

GREETINGS = ("good day", "hear me", "my friend", "well met", "listen", "pardon me")
BEFORE = (
    "I come from the {place}", "{person} sent me to you", "I have waited since {time}",
    "I was at the {place} at {time}", "we spoke of it over {good}", "{person} and I do not agree",
    "I have come by the {way}", "it is late",
    "I would not ask if I knew", "{person} laughed at me for it", "all {time} I thought of it",
    "at the {place} nobody listens", "in this {weather} I have come far",
)  # fmt: skip
BEHIND = (
    "I have to know by {time}", "{person} is waiting for me", "I thank you for it", "I ask it as a friend",
    "then I go back to the {place}", "I have to be home by {time}", "I will tell {person} of it",
    "it will not let me rest",
    "I have {good} to carry home", "with this {weather} I cannot stay",
)  # fmt: skip
OPENERS = (
    "tell me {0}.",
    "do you know {0}?",
    "I want to know {0}.",
    "can you tell me {0}?",
    "nobody could tell me {0}.",
)
"""Ways to ask for what a clause such as "what Tom sells" names."""
REQUESTS = ("help me {0}.", "I want to {0}.", "can you help me {0}?", "I came to {0}.", "show me how to {0}.")
"""Ways to ask for help with a doing such as "share the plums of Tom among two"."""
INSISTING = ("but I want to {0}.", "try again, help me {0}.", "do not ask why, I have to {0}.", "I still want to {0}.")
"""The same, pressed."""
SELVES = ("I am {0}", "it is {0}", "here is {0}", "my name is {0}", "{0} is here")


class Frame(NamedTuple):
    """What stands around a core: forms, "" where there is nothing."""

    greeting: str
    before: str
    behind: str


def reserved(kind: str, frame: Frame) -> bool:
    """Whether lore is kept from this way to put together two clauses or more around a core of this kind."""
    return sum(map(bool, frame)) > 1 and int(digest([kind, *frame])[:8], 16) % 5 == 0


def draw_frame(kind: str, turn: int, rng: Random, *, lore: bool = False) -> Frame:
    """What stands around a core: in a first turn each part in three or four asks of ten, later on seldom."""
    while True:
        frame = Frame(
            rng.choice(GREETINGS) if turn == 0 and rng.random() < 0.4 else "",
            rng.choice(BEFORE) if rng.random() < (0.15 if turn else 0.4) else "",
            rng.choice(BEHIND) if rng.random() < (0.15 if turn else 0.3) else "",
        )
        if not (lore and reserved(kind, frame)):
            return frame


def put(core: str, frame: Frame, roles: Mapping[str, str], rng: Random) -> str:
    """The core within its frame; names in it are none of the roles'."""
    opening = [part for part in (frame.greeting, _filled(frame.before, roles, rng)) if part]
    said = "".join(part + rng.choice((", ", ". ")) for part in opening) + core
    return f"{said} {_filled(frame.behind, roles, rng)}." if frame.behind else said


def _filled(form: str, roles: Mapping[str, str], rng: Random) -> str:
    taken = set(roles.values())
    words = {
        kind: rng.choice([word for word in values(kind) if word not in taken])
        for kind in ("person", "place", "good", "time", "way", "weather")
        if f"{{{kind}}}" in form
    }
    return form.format(**words)


def asked(clause: str, rng: Random, *direct: str) -> str:
    """A question for what a clause such as "what Tom sells" names: in a `direct` form, or behind an opener."""
    forms = (*direct, *direct, *(opener.format(clause) for opener in OPENERS))
    return rng.choice(forms)


def oneself(who: str, rng: Random) -> str:
    """Who speaks, as a clause."""
    return rng.choice(SELVES).format(who)
