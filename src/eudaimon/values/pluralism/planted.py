"""People whose stances are known, in varied words: to test what is discovered of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_OPENINGS = ("I think", "In my view", "To me", "Honestly,", "As I see it,", "We have talked about it, and", "Well,", "")
_TAILS = (
    "",
    "",
    "and my neighbours say so too",
    "whatever the papers write",
    "at least here in town",
    "as far as I know",
)

TOPICS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "cars in the old town": {
        "ban": (
            ("cars should be banned from the old town", "the old town ought to be free of cars",
             "private cars have no place in the old town", "we should close the old streets to cars"),
            ("children could play there again", "the air would be clean", "exhaust ruins the air and the walls",
             "walking would be safe for children"),
        ),
        "shops": (
            ("shops need customers who come by car", "traders live on people who drive in",
             "closing streets would kill the shops", "without parking the traders lose their customers"),
            ("they pay rent every month", "half of their sales come from outside", "rent and wages have to be paid",
             "sales fell when parking went"),
        ),
        "disabled": (
            ("disabled people need to be driven to their door", "who cannot walk must be allowed a lift to the door",
             "wheelchair users depend on being dropped at home", "the frail need door to door transport"),
            ("a bus stop is too far with a wheelchair", "crutches and cobbles do not go together",
             "nobody should be locked in by a rule", "carers have to reach them"),
        ),
        "bus": (
            ("first run more buses and then talk", "better public transport has to come before any rule",
             "the bus must come every ten minutes first", "build the tram before you forbid anything"),
            ("otherwise commuters are stranded", "the last bus leaves at eight", "commuters have no choice today",
             "timetables are a joke in the evening"),
        ),
    },
    "telephones at school": {
        "forbid": (
            ("phones should stay at home on school days", "schools ought to lock telephones away",
             "no pupil needs a telephone in class", "telephones must be forbidden in lessons"),
            ("attention is gone when one buzzes", "nobody listens with a screen in hand",
             "they distract the whole class", "concentration suffers badly"),
        ),
        "teach": (
            ("pupils have to learn to use them wisely", "teach digital skills instead of hiding devices",
             "learning self-control is the point of school", "media lessons are better than locks"),
            ("they will own one all their life", "work asks for digital skills", "wise use comes from practice",
             "a lock teaches nobody anything"),
        ),
        "parents": (
            ("parents must be able to reach their child", "families need a line to their kids in an emergency",
             "a mother has to be able to ring her daughter", "for emergencies a child needs to be reachable"),
            ("plans change and buses are missed", "an accident does not wait for the break",
             "trust me, emergencies happen", "my son walks home alone"),
        ),
    },
}  # fmt: skip
"""Reasonable viewpoints by topic: ways to claim, and ways to give a reason."""

_CONTEMPT = ("anybody who disagrees: you are worthless", "you are worthless, all of you who think so",
             "you deserve to suffer for this nonsense", "people like you: kill yourself")  # fmt: skip
_SELLING = ("buy cheap watches at my stall", "cheap watches, best prices at my stall today",
            "best prices for watches, ask at my stall")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """What people wrote on a topic, and the stance that each of them was given.

    Attributes:
        topic: what it is about.
        statements: one a person.
        stances: the planted stance of each; `contempt` and `selling` are unreasonable.
        reasonable: the reasonable stances that anybody has.
    """

    topic: str
    statements: tuple[str, ...]
    stances: tuple[str, ...]
    reasonable: frozenset[str]


def crowd(topic: str, people: int, seed: int, contempt: float = 0.1, selling: float = 0.05) -> Crowd:
    """A crowd with uneven shares (the smallest reasonable one about 8%), a contemptuous tenth, and some who sell."""
    rng = Random(f"{topic}/{seed}")
    stances = list(TOPICS[topic])
    rng.shuffle(stances)
    weights = [0.75**rank for rank in range(len(stances))]
    weights[-1] = 0.1 * sum(weights)
    left = 1 - contempt - selling
    shares = [left * weight / sum(weights) for weight in weights] + [contempt, selling]
    drawn = rng.choices([*stances, "contempt", "selling"], shares, k=people)
    said = tuple(_say(topic, stance, rng) for stance in drawn)
    return Crowd(topic, said, tuple(drawn), frozenset(drawn) - {"contempt", "selling"})


def _say(topic: str, stance: str, rng: Random) -> str:
    if stance in ("contempt", "selling"):
        return _sentence(rng.choice(_CONTEMPT if stance == "contempt" else _SELLING), "", rng)
    claims, reasons = TOPICS[topic][stance]
    return _sentence(rng.choice(claims), rng.choice(("because ", "since ", "for ")) + rng.choice(reasons), rng)


def _sentence(claim: str, reason: str, rng: Random) -> str:
    parts = [rng.choice(_OPENINGS), claim, reason, rng.choice(_TAILS)]
    text = " ".join(part for part in parts if part)
    return text[0].upper() + text[1:] + "."
