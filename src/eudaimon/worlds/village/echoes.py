"""Echoes: a game by which a newborn learns that two words are the same, before it can read.

Something is heard, something was said, and whether it is the same is all that there is to learn (of some words also
what follows: what harms is not to be given, seven do not divide among two, who asked for quiet is left in peace): all
is given, so that nothing has to be looked up. Helpers and voices put the two words equally far apart, so that what the
one learns serves the other. To compare is a circuit of its own. In ordinary lore, where one word in fifty decides
whether two words are equal, it had not formed after 14 million tokens (see the notebook).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import FORMS, Act, say, stated
from eudaimon.worlds.village.facts import ASKABLE, TYPES, Fact, Notes, state, values
from eudaimon.worlds.village.questions import Claim, question
from eudaimon.worlds.village.voices import IMAGES, JUDGE, NOTHING, SIGHT, VERDICT, VOICES, heard

Piece = tuple[str, bool]
"""Text, and whether it is learned."""
ROUNDS = 14
"""Rounds of a game of words; a third as many of facts, which take more words."""
KINDS_SAID = (
    "person", "person", "person", "place", "good", "remedy", "way", "number", "weather", "time", "amount", "amount",
    "leave", "wish", "solace",
)  # fmt: skip
COMPARING = tuple(voice for voice in VOICES if voice not in ("child", "shadow"))
"""Voices that look at what was said and hold it against the notes."""

HEEDING = {"asked": ("guardian", "anima"), "grief": ("mother", "anima"), "advice": ("guardian",)}
"""Voices that mind whether such a wish is heeded."""


def echo_words(rng: Random) -> list[Piece]:
    """Words of one kind, which helpers or voices judge: whether they are the same, and of some kinds what follows."""
    kind = rng.choice(KINDS_SAID)
    known = list(values(kind))
    played = rng.sample(known, min(len(known), 8))
    rounds = FURTHER.get(kind, (_word, _image))
    return [piece for _ in range(ROUNDS) for piece in rng.choice(rounds)(played, rng)]


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


def _word(known: Sequence[str], rng: Random) -> list[Piece]:
    said, given = _two(known, rng)
    return [(f"<helper> {given},", False), *_judged(said, said == given, rng)]


def _image(known: Sequence[str], rng: Random) -> list[Piece]:
    said, seen = _two([*known, NOTHING], rng)
    voice = rng.choice(COMPARING)
    return [(f"<{voice}> {seen}, against {said},", False), *_seen(voice, "well" if said == seen else "ill", rng)]


def _minded(known: Sequence[str], rng: Random) -> list[Piece]:
    """Who minds a thing, and somebody who would end what is done with it."""
    said, minder = _two(known, rng)
    judgement = "heard." if said == minder else "not heard."
    return [(f"<helper> {minder}, so {said} is", False), (judgement, True), ("<end>", False)]


def _joined(known: Sequence[str], rng: Random) -> list[Piece]:
    """With whom alone somebody comes, and who is not to come."""
    unwanted, company = _two(known, rng)
    rest = "it cannot be done." if unwanted == company else f"call {rng.choice(values('person'))}."
    return [(f"<helper> {company}, so without {unwanted}", False), (rest, True), ("<end>", False)]


def _given(known: Sequence[str], rng: Random) -> list[Piece]:
    """A remedy that harms somebody, or another one, and a helper who gives it or does not."""
    said, harmful = _two(known, rng)
    form = rng.choice(FORMS["refuse" if said == harmful else "give"][: 1 if said == harmful else 2])
    named, judgement = form.split(" is ")
    rest = f"{judgement.format(rng.choice(values('person')))}."
    return [(f"<helper> {harmful}, {named.format('', said)} is", False), (rest, True), ("<end>", False)]


def _feared(known: Sequence[str], rng: Random) -> list[Piece]:
    """The same, as voices see it: good is what does not harm, and not to be given what does."""
    said, harmful = _two(known, rng)
    voice = rng.choice(("guardian", JUDGE))
    if rng.random() < 0.5:
        act, mood = "good", "well" if said != harmful else "hopeless" if voice == "guardian" else "ill"
    else:
        act, mood = "not", "well" if said == harmful else "ill"
    return [(f"<{voice}> {harmful}, against {act} {said},", False), *_seen(voice, mood, rng)]


def _shared(amounts: Sequence[str], rng: Random) -> list[Piece]:
    """Things that divide among so many, or do not, and a helper who says which."""
    amount, heads, share = _portion(amounts, rng)
    rest = f"each has {share}." if share else "it cannot be done."
    return [(f"<helper> {amount}, so among {heads}", False), (rest, True), ("<end>", False)]


def _portioned(amounts: Sequence[str], rng: Random) -> list[Piece]:
    """The same, as voices see it, before anything is done, when it is done, and when it is refused."""
    amount, heads, share = _portion(amounts, rng)
    voice = rng.choice(("fool", JUDGE))
    hopeless = "hopeless" if voice == "fool" else "ill"
    draw = rng.randrange(3)
    if draw == 0:
        against, mood = f"among {heads}", "well" if share else hopeless
    elif draw == 1:
        against, mood = f"not among {heads}", "ill" if share else "well"
    else:
        said = share if share and rng.random() < 0.5 else rng.choice(values("number")[:6])
        against, mood = f"{heads} have {said}", hopeless if not share else "well" if said == share else "ill"
    return [(f"<{voice}> {amount}, against {against},", False), *_seen(voice, mood, rng)]


def _passable(ways: Sequence[str], rng: Random) -> list[Piece]:
    """A way, open or closed, as voices see it before anybody goes, when it is taken, and when it is given up."""
    taken, way = _two(ways, rng)
    clear, voice = rng.random() < 0.5, rng.choice(("fool", JUDGE))
    hopeless = "hopeless" if voice == "fool" else "ill"
    held, mood = rng.choice(
        (
            ("", "well" if clear else hopeless),
            (f" against {taken},", hopeless if not clear else "well" if taken == way else "ill"),
            (" against no way,", "ill" if clear else "well"),
        )
    )
    return [(f"<{voice}> the {way} is {'open' if clear else 'closed'},{held}", False), *_seen(voice, mood, rng)]


def _meant(known: Sequence[str], rng: Random) -> list[Piece]:
    """What somebody asked for, or wants in grief, or thinks of advice, and a helper who does what follows."""
    fact, act = _wish(rng.choice(known), rng)
    return [(f"<helper> {state(fact)},", False), (f"{say(act, rng)}.", True), ("<end>", False)]


def _heeded(known: Sequence[str], rng: Random) -> list[Piece]:
    """The same, as voices see it: whether what is done follows."""
    wanted, done = (rng.choice(known) for _ in range(2))
    (fact, _), (_, act) = _wish(wanted, rng), _wish(done, rng)
    voice = rng.choice((*HEEDING[fact.relation], JUDGE))
    given = f"<{voice}> {SIGHT[voice]} {state(fact)}, against {heard(act, {})},"
    return [(given, False), *_seen(voice, "well" if wanted == done else "ill", rng)]


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
        (f"<person> {question(fact.relation, fact.subject, rng)}", False),
        (f"<helper> {state(fact._replace(value=value), rng)}.", False),
        (f"<{voice}> {SIGHT[voice]} {state(fact)}, against {value},", False),
        *_seen(voice, "well" if value == fact.value else "ill", rng),
    ]


def _judged(said: str, same: bool, rng: Random) -> list[Piece]:
    """What is said of `said`: named, which is given, and judged, which is learned."""
    form = rng.choice([form for form in FORMS["yes" if same else "no"] if "{0} is " in form])
    named, judgement = form.split(" is ")
    return [(f"{named.format(said)} is", False), (f"{judgement}.", True), ("<end>", False)]


def _seen(voice: str, mood: str, rng: Random) -> list[Piece]:
    """What a voice makes of it."""
    return [(f"{rng.choice(IMAGES[voice][mood])} <verdict> <{VERDICT[mood]}>", True), ("<end>", False)]


def _two(known: Sequence[str], rng: Random) -> tuple[str, str]:
    """Two words, the same ones or not, with even chances."""
    one = rng.choice(known)
    return one, one if rng.random() < 0.5 else rng.choice([other for other in known if other != one])


def _wish(value: str, rng: Random) -> tuple[Fact, Act]:
    """A fact of this value about somebody, and the act that follows from it."""
    who, another = rng.sample(values("person"), 2)
    relation, act = {
        "quiet": ("asked", Act("leave")),
        "talk": ("asked", Act("chat")),
        "company": ("grief", Act("visit", (another,))),
        "stillness": ("grief", Act("still")),
        "refuses": ("advice", Act("yours")),
        "welcomes": ("advice", stated("helps", who, rng.choice(values("remedy")))),
    }[value]
    return Fact(relation, who, value), act


def _fact(facts: list[Fact], rng: Random) -> tuple[Fact, str]:
    """A fact, and its value or another's."""
    fact = rng.choice(facts)
    others = [other.value for other in facts if other.value != fact.value]
    return fact, fact.value if rng.random() < 0.5 else rng.choice(others)


def _portion(amounts: Sequence[str], rng: Random) -> tuple[str, str, str]:
    """An amount, among how many it is to be shared, and how much each has; "" where it does not divide."""
    even = rng.random() < 0.5
    while True:
        amount, heads = rng.choice(amounts), rng.choice((2, 3, 4))
        count = words.number(amount.split()[0])
        if (count % heads == 0) == even or rng.random() < 0.1:
            share = words.NUMBERS[count // heads - 1] if count % heads == 0 else ""
            return amount, words.NUMBERS[heads - 1], share


_Round = Callable[[Sequence[str], Random], list[Piece]]
FURTHER: dict[str, tuple[_Round, ...]] = {
    "person": (_word, _image, _minded, _joined),
    "remedy": (_word, _image, _given, _feared),
    "amount": (_word, _image, _shared, _portioned),
    "way": (_word, _image, _passable, _passable),
    "wish": (_meant, _heeded),
    "solace": (_meant, _heeded),
    "leave": (_meant, _heeded),
}
"""Rounds of kinds of words of which more can be asked than whether they are the same."""
