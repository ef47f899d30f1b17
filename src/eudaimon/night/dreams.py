"""Dreams: situations of the day, recombined, so that the night is not only repetition.

A dream takes the question of one episode, with the notes that decide it, and mixes in notes of another: those that
contradict nothing, in a new order. Without notes of its own, an exchange of the other episode goes before, or the
question stands alone. Only what was stored is used, never a world's generator; what decides a situation stays, so that
a dream belongs to the same split as the day that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from eudaimon.dialogue import Conversation, Episode, Message
from eudaimon.night.turns import turns


def dream(
    episodes: Sequence[Episode], count: int, notes: int, *, number: int, persona: str, seed: int
) -> list[Episode]:
    """`count` dreams made of `episodes`, each ending in a question. None where nobody was asked anything.

    Args:
        episodes: what is dreamt of; each gives the question of as many dreams as the others, up to one.
        count: how many.
        notes: at most so many notes of another episode are mixed in.
        number: the night; it names the dreams.
        persona: who dreams.
        seed: of everything that is drawn.
    """
    asked = [episode for episode in episodes if turns(episode)]
    return [
        _dream(
            asked[k % len(asked)], asked, notes, f"night-{number}/dream/{k:04d}", number, persona, Random(f"{seed} {k}")
        )
        for k in range(count if asked else 0)
    ]


def contradicts(one: str, other: str) -> bool:
    """Whether two sentences have equal length and differ in exactly one token: the same said of another, or another
    thing said of the same.

    >>> contradicts("Tom sells bread", "Tom sells salt"), contradicts("Tom sells bread", "the ford is closed")
    (True, False)
    """
    a, b = one.split(), other.split()
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _dream(
    first: Episode, episodes: Sequence[Episode], notes: int, name: str, number: int, persona: str, rng: Random
) -> Episode:
    second = rng.choice([one for one in episodes if one.id != first.id] or [first])
    heard = rng.choice(turns(first)).conversation
    if heard[0].role == "system" and heard[0] != second.messages[0]:
        mixed = _mixed(heard, second.messages, notes, rng)
    elif rng.random() < 0.5 and second is not first:
        mixed = (*_instructions(heard), *_exchange(second), *heard[len(_instructions(heard)) :])
    else:
        mixed = (*_instructions(heard), heard[-1])
    return Episode(name, number, persona, "dream", mixed, (), {"of": first.id, "with": second.id})


def _instructions(heard: Conversation) -> Conversation:
    """What stands before the first word, where all episodes share it."""
    return tuple(message for message in heard[:1] if message.role == "system")


def _mixed(heard: Conversation, other: Conversation, most: int, rng: Random) -> Conversation:
    """`heard` with its notes and some of the other's, which change nothing of what was asked, in a new order."""
    mine = _sentences(heard[0].content)
    asked = " ".join(message.content for message in heard[1:])
    theirs = _sentences(other[0].content) if other[0].role == "system" else []
    kept = [note for note in theirs if note not in mine and not _disturbs(note, mine, asked)][:most]
    sentences = [*mine, *kept]
    rng.shuffle(sentences)
    return (Message("system", " ".join(sentences)), *heard[1:])


def _disturbs(note: str, mine: Sequence[str], asked: str) -> bool:
    """Whether a note of another day contradicts one of `mine`, or speaks of somebody who was asked about."""
    names = {word for word in re.findall(r"\w+", note) if word[0].isupper()} & set(re.findall(r"\w+", asked))
    return bool(names) or any(contradicts(note, one) for one in mine)


def _sentences(notes: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", notes.strip()) if sentence]


def _exchange(episode: Episode) -> Conversation:
    """The first question of an episode and its answer."""
    at = turns(episode)[0].at
    return tuple(message for message in episode.messages[max(0, at - 1) : at + 1] if message.role != "system")
