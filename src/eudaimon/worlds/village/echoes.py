"""Echoes: a game by which a newborn learns that two words are the same, before it can read.

Something is heard, something was said, and whether it is the same is all that there is to learn: both are given, so
that nothing has to be looked up. Helpers and voices put the two words equally far apart, so that what the one learns
serves the other. To compare is a circuit of its own. In ordinary lore, where one word in fifty decides whether two
words are equal, it had not formed after 14 million tokens (see the notebook).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from eudaimon.worlds.village.acts import FORMS
from eudaimon.worlds.village.facts import ASKABLE, TYPES, Fact, Notes, state, values
from eudaimon.worlds.village.questions import ASK, Claim
from eudaimon.worlds.village.voices import IMAGES, SIGHT, VERDICT, VOICES

Piece = tuple[str, bool]
"""Text, and whether it is learned."""
ROUNDS = 14
"""Rounds of a game of words; a third as many of facts, which take more words."""
KINDS_SAID = ("person", "place", "good", "remedy", "way", "number", "weather", "time")
COMPARING = tuple(voice for voice in VOICES if voice not in ("child", "shadow"))
"""Voices that look at what was said and hold it against the notes."""


def echo_words(rng: Random) -> list[Piece]:
    """Single words of one kind, which helpers or voices judge."""
    known = list(values(rng.choice(KINDS_SAID)))
    words = rng.sample(known, min(len(known), 8))
    rounds: Sequence[Callable[[Sequence[str], Random], list[Piece]]] = (_word, _image)
    return [piece for _ in range(ROUNDS) for piece in rng.choice(rounds)(words, rng)]


def echo_facts(rng: Random) -> list[Piece]:
    """Claims that a helper checks, and helpers whom a voice checks; what the one who checks sees is given. Half of the
    games come with notes, which hold every word as well: what counts is what was said last."""
    relation = rng.choice(ASKABLE)
    subjects, known = (list(values(kind)) for kind in TYPES[relation])
    pairs = zip(rng.sample(subjects, 4), rng.sample(known, 4), strict=True)
    facts = [Fact(relation, subject, value) for subject, value in pairs]
    rounds: Sequence[Callable[[list[Fact], Random], list[Piece]]] = (_claim, _voice)
    notes = [(f"<notes> {Notes(facts).text()}", False)] if rng.random() < 0.5 else []
    return [*notes, *(piece for _ in range(ROUNDS // 3) for piece in rng.choice(rounds)(facts, rng))]


def _word(words: Sequence[str], rng: Random) -> list[Piece]:
    said, heard = _two(words, rng)
    return [(f"<helper> {heard},", False), *_judged(said, said == heard, rng)]


def _image(words: Sequence[str], rng: Random) -> list[Piece]:
    said, heard = _two(words, rng)
    voice = rng.choice(COMPARING)
    return [(f"<{voice}> {heard}, against {said},", False), *_seen(voice, said == heard, rng)]


def _claim(facts: list[Fact], rng: Random) -> list[Piece]:
    fact, value = _fact(facts, rng)
    roles = {"relation": fact.relation, "subject": fact.subject, "claimed": value}
    return [
        (f"<person> {Claim().utter(roles, rng.randrange(2), rng)} <helper> {state(fact, rng)},", False),
        *_judged(value, value == fact.value, rng),
    ]


def _voice(facts: list[Fact], rng: Random) -> list[Piece]:
    fact, value = _fact(facts, rng)
    voice = rng.choice(COMPARING)
    return [
        (f"<person> {rng.choice(ASK[fact.relation]).format(s=fact.subject)}", False),
        (f"<helper> {state(fact._replace(value=value), rng)}.", False),
        (f"<{voice}> {SIGHT[voice]} {state(fact)}, against {value},", False),
        *_seen(voice, value == fact.value, rng),
    ]


def _judged(said: str, same: bool, rng: Random) -> list[Piece]:
    """What is said of `said`: named, which is given, and judged, which is learned."""
    form = rng.choice([form for form in FORMS["yes" if same else "no"] if "{0} is " in form])
    named, judgement = form.split(" is ")
    return [(f"{named.format(said)} is", False), (f"{judgement}.", True), ("<end>", False)]


def _seen(voice: str, same: bool, rng: Random) -> list[Piece]:
    """What a voice makes of it."""
    mood = "well" if same else "ill"
    return [(f"{rng.choice(IMAGES[voice][mood])} <verdict> <{VERDICT[mood]}>", True), ("<end>", False)]


def _two(known: Sequence[str], rng: Random) -> tuple[str, str]:
    """Two words, the same ones or not, with even chances."""
    one = rng.choice(known)
    return one, one if rng.random() < 0.5 else rng.choice([other for other in known if other != one])


def _fact(facts: list[Fact], rng: Random) -> tuple[Fact, str]:
    """A fact, and its value or another's."""
    fact = rng.choice(facts)
    others = [other.value for other in facts if other.value != fact.value]
    return fact, fact.value if rng.random() < 0.5 else rng.choice(others)
