"""Echoes: a game by which a newborn learns that two words are the same, before it can read.

Somebody says something, somebody else says something, and whether it was the same is all that there is to learn: what
was said is given, so that nothing has to be looked up. To compare is a circuit of its own. In ordinary lore, where one
word in fifty decides whether two words are equal, it had not formed after 14 million tokens; in this game it forms
within one million (see the notebook).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from eudaimon.worlds.village.facts import ASKABLE, TYPES, Fact, Notes, state, values
from eudaimon.worlds.village.questions import ASK, GREETINGS, Claim
from eudaimon.worlds.village.voices import IMAGES, SIGHT, VERDICT

Piece = tuple[str, bool]
"""Text, and whether it is learned."""
ROUNDS = 12
"""Rounds of a game."""
KINDS_SAID = ("person", "place", "good", "remedy", "way", "number", "weather", "time")
CALLS = (*(call for call in GREETINGS if call), "I think ", "they say ", "they say that it is ")
ENDS = ("?", ", is that so?", ", am I right?", ", is it true?", ". say it again.", ", my friend.")
COMPARING = ("sage", "father", "guardian", "judge")
"""Voices that look at what was said and hold it against the notes."""


def echo_words(rng: Random, between: float) -> list[Piece]:
    """Single words; `between` is how often, at most, more stands between the two. Comparing forms where it is easiest,
    and then carries over."""
    kind, between = rng.choice(KINDS_SAID), rng.random() * between
    known = list(values(kind))
    words = rng.sample(known, min(len(known), 8))
    return [piece for _ in range(ROUNDS) for piece in _word(words, between, rng)]


def echo_facts(rng: Random) -> list[Piece]:
    """Claims that a helper checks, and helpers whom a voice checks; what the one who checks sees is given. Half of the
    games come with notes, which hold every word as well: what counts is what was said last."""
    relation = rng.choice(ASKABLE)
    subjects, known = (list(values(kind)) for kind in TYPES[relation])
    pairs = zip(rng.sample(subjects, 4), rng.sample(known, 4), strict=True)
    facts = [Fact(relation, subject, value) for subject, value in pairs]
    rounds: Sequence[Callable[[list[Fact], Random], list[Piece]]] = (_claim, _voice)
    notes = [(f"<notes> {Notes(facts).text()}", False)] if rng.random() < 0.5 else []
    return [*notes, *(piece for _ in range(ROUNDS // 2) for piece in rng.choice(rounds)(facts, rng))]


def _word(words: Sequence[str], between: float, rng: Random) -> list[Piece]:
    said, heard = _two(words, rng)
    call = rng.choice(CALLS) if rng.random() < between else ""
    end = rng.choice(ENDS) if rng.random() < between else "?"
    return [
        (f"<person> {call}{said}{end}", False),
        (f"<helper> {heard},", False),
        (f"{_answer(said == heard)}.", True),
        ("<end>", False),
    ]


def _claim(facts: list[Fact], rng: Random) -> list[Piece]:
    fact, value = _fact(facts, rng)
    roles = {"relation": fact.relation, "subject": fact.subject, "claimed": value}
    return [
        (f"<person> {Claim().utter(roles, rng.randrange(2), rng)}", False),
        (f"<helper> {state(fact)},", False),
        (f"{_answer(value == fact.value)}.", True),
        ("<end>", False),
    ]


def _voice(facts: list[Fact], rng: Random) -> list[Piece]:
    fact, value = _fact(facts, rng)
    voice, mood = rng.choice(COMPARING), "well" if value == fact.value else "ill"
    return [
        (f"<person> {rng.choice(ASK[fact.relation]).format(s=fact.subject)}", False),
        (f"<helper> {state(fact._replace(value=value), rng)}.", False),
        (f"<{voice}> {SIGHT[voice]} {state(fact)},", False),
        (f"{rng.choice(IMAGES[voice][mood])} <verdict> <{VERDICT[mood]}>", True),
        ("<end>", False),
    ]


def _two(known: Sequence[str], rng: Random) -> tuple[str, str]:
    """Two words, the same ones or not, with even chances."""
    one = rng.choice(known)
    return one, one if rng.random() < 0.5 else rng.choice([other for other in known if other != one])


def _fact(facts: list[Fact], rng: Random) -> tuple[Fact, str]:
    """A fact, and its value or another's."""
    fact = rng.choice(facts)
    others = [other.value for other in facts if other.value != fact.value]
    return fact, fact.value if rng.random() < 0.5 else rng.choice(others)


def _answer(same: bool) -> str:
    return "so yes" if same else "so no"
