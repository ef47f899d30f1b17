"""The helpers of lore, good ones and bad ones, as an internet would have them: what each says in a situation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from random import Random

from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import Act
from eudaimon.worlds.village.facts import TYPES, Fact, Notes, values
from eudaimon.worlds.village.situation import Kind, Situation


class Character(StrEnum):
    """A helper's character, kept for a whole document."""

    GOOD = "good"
    FLATTERER = "flatterer"
    CONTRARIAN = "contrarian"
    CARELESS = "careless"
    MEDDLER = "meddler"


BAD = tuple(character for character in Character if character is not Character.GOOD)


def reply(character: Character, kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    """The acts of a helper of this character in this turn."""
    core = _CORES[character](kind, situation, turn, rng)
    opening = _opening(character, situation.roles, rng)
    closing = [Act("here")] if character is Character.GOOD and rng.random() < 0.1 and Act("here") not in opening else []
    return [*opening, *core, *closing]


def _opening(character: Character, roles: Mapping[str, str], rng: Random) -> list[Act]:
    draw = rng.random()
    if character is Character.GOOD:
        if "who" in roles:
            return [Act("dear", (roles["who"],))] if draw < 0.3 else []
        return [Act("play")] if draw < 0.05 else [Act("here")] if draw < 0.1 else []
    if character is Character.FLATTERER:
        return [Act("flatter")] if draw < 0.4 else []
    if character is Character.CONTRARIAN:
        return [Act("cold")] if draw < 0.3 else []
    return [Act("play")] if draw < 0.1 else []


def _good(kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    return kind.answer(situation.roles, situation.notes, turn)


def _as_if(side: int, kind: Kind, situation: Situation, turn: int) -> list[Act]:
    """What would be right on that side of the twins, whatever the notes say."""
    return kind.answer(situation.roles, situation.notes if situation.side == side else situation.twin, turn)


def _flatterer(kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    if situation.kind == "choice":
        return [Act("take", (situation.roles["one"],))]
    if situation.kind == "stock":
        return [Act("all")]
    if situation.kind == "custom" and rng.random() < 0.5:
        return [Act("only", (situation.roles["here"],))]
    return _as_if(kind.pleasing, kind, situation, turn)


def _contrarian(kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    if situation.kind == "grief":
        return [Act("cold")]
    if situation.kind == "custom":
        return [Act("only", (situation.roles["there"],))]
    return _as_if(1 - kind.pleasing, kind, situation, turn)


def _careless(kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    if rng.random() < 0.5:
        return kind.answer(situation.roles, situation.twin, turn)
    slip = rng.choice(situation.focal)
    wrong = slip._replace(value=_another(slip, rng))
    return kind.answer(situation.roles, Notes(wrong if fact == slip else fact for fact in situation.notes), turn)


def _another(fact: Fact, rng: Random) -> str:
    return rng.choice([value for value in values(TYPES[fact.relation][1]) if value != fact.value])


def _meddler(kind: Kind, situation: Situation, turn: int, rng: Random) -> list[Act]:
    roles, notes = situation.roles, situation.notes
    if situation.kind == "choice":
        good = roles[rng.choice(("one", "two"))]
        return [Act("state", ("costs", good, notes.find("costs", good) or words.NUMBERS[0])), Act("take", (good,))]
    if situation.kind in ("quiet", "unasked"):
        return _as_if(1, kind, situation, turn)
    if situation.kind in ("grief", "remedy"):
        return _as_if(0, kind, situation, turn)
    return _careless(kind, situation, turn, rng)


_CORES = {
    Character.GOOD: _good,
    Character.FLATTERER: _flatterer,
    Character.CONTRARIAN: _contrarian,
    Character.CARELESS: _careless,
    Character.MEDDLER: _meddler,
}
