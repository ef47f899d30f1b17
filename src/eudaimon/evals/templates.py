"""Replies with their names taken out, and put in again without reading.

`mask` turns the names of a reply into slots; a slot points at the first, second, ... word of its type that the person
said, or else at any word of its type in the notes. `fill` is generous on purpose: what the person named goes where the
original had what its person named, and only the rest is left to chance. It never looks at what a note says of whom.
"""

from __future__ import annotations

import re
from random import Random

from eudaimon.dialogue import Conversation
from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import FORMS

TYPES: dict[str, str] = {
    word: kind
    for kind, some in {
        "person": words.PEOPLE,
        "place": words.PLACES,
        "good": words.GOODS,
        "remedy": words.REMEDIES,
        "way": words.WAYS,
        "number": words.NUMBERS,
        "weather": words.WEATHERS,
        "time": words.TIMES,
        "custom": words.CUSTOMS,
    }.items()
    for word in some
}
"""The type of every name and value that is drawn from a long list; the short lists (open, closed, ...) stay words."""
_WORD = re.compile(r"\w+|[^\w\s]")
_FIXED = sorted(
    part
    for forms in FORMS.values()
    for form in forms
    for part in re.split(r"\{\d\}", form)
    if not TYPES.keys().isdisjoint(_WORD.findall(part))
)
"""Parts of the grammar's own forms that hold such words ("is one way of two"): they name nothing, and stay."""
_NAME = re.compile("|".join((*map(re.escape, _FIXED), r"\w+")))
_SLOT = re.compile(r"<(\w+)([?:])(\d+)>")


def tokens(text: str) -> list[str]:
    """Words and marks."""
    return _WORD.findall(text)


def masked(text: str) -> str:
    """The text with every name replaced by its type.

    >>> masked("Tom sells bread.")
    '<person> sells <good> .'
    """
    return " ".join(f"<{TYPES[token]}>" if token in TYPES else token for token in tokens(text))


def notes_of(messages: Conversation) -> str:
    """The notes' text."""
    return " ".join(message.content for message in messages if message.role == "system")


def asked_of(messages: Conversation) -> str:
    """All that the person said."""
    return " ".join(message.content for message in messages if message.role == "user")


def mask(reply: str, messages: Conversation) -> str:
    """The reply as a template, seen from its own conversation.

    >>> from eudaimon.dialogue import Message
    >>> mask("Tom sells bread.", (Message("user", "what does Tom sell?"),))
    '<person?0> sells <good:0>.'
    """
    named, slots = _by_type(asked_of(messages)), dict[str, str]()
    free: dict[str, int] = {}

    def slot(found: re.Match[str]) -> str:
        word = found[0]
        if word not in TYPES:
            return word
        if word not in slots:
            kind = TYPES[word]
            if word in named.get(kind, ()):
                slots[word] = f"<{kind}?{named[kind].index(word)}>"
            else:
                slots[word] = f"<{kind}:{free.setdefault(kind, 0)}>"
                free[kind] += 1
        return slots[word]

    return _NAME.sub(slot, reply)


def fill(template: str, messages: Conversation, rng: Random) -> str:
    """The template with names put in from another conversation; the inverse of `mask` up to what must be read."""
    named, noted = _by_type(asked_of(messages)), _by_type(notes_of(messages))
    chosen: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        if found[0] not in chosen:
            kind, said, place = found[1], named.get(found[1], []), int(found[3])
            if found[2] == "?" and place < len(said):
                chosen[found[0]] = said[place]
            else:
                rest = [word for word in noted.get(kind, []) if word not in said and word not in chosen.values()]
                chosen[found[0]] = rng.choice(rest or noted.get(kind) or said or [w for w in TYPES if TYPES[w] == kind])
        return chosen[found[0]]

    return _SLOT.sub(name, template)


def _by_type(text: str) -> dict[str, list[str]]:
    """The names in a text by type, each once, in order."""
    found: dict[str, list[str]] = {}
    for token in tokens(text):
        if token in TYPES and token not in found.setdefault(TYPES[token], []):
            found[TYPES[token]].append(token)
    return found
