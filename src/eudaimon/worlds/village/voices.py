"""How each archetype judges a clause in lore: from its own concern alone, by what the notes say, in dreamlike symbols.

A voice sees the situation, the notes (perhaps misread), what has been said in this reply and the clause just said. It
answers with what it looks at and one of four moods: `asleep` (not its concern), `well`, `ill` or `hopeless`, which mean
continue, continue, revise and surrender. Only what can be seen in text and notes is used, never hidden state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from eudaimon.worlds.village.acts import Act, say
from eudaimon.worlds.village.facts import Fact, Notes, state
from eudaimon.worlds.village.situation import Kind, Situation
from eudaimon.worlds.village.tasks import condition

VERDICT = {"asleep": "continue", "well": "continue", "ill": "revise", "hopeless": "surrender"}
TASKS = ("way", "shares", "wishes")
DOING = ("go", "each", "call")
NOTHING = "nothing"
"""What a voice sees where the notes are silent: looked for and not found is seen as well, and can be compared."""
UNTAUGHT = ("stock", "wishes", "halt")
"""Kinds on which no voice ever gives a verdict in lore: what the council makes of them is transfer."""

IMAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "sage": {
        "asleep": ("nothing stirs at the lantern", "dim lies the pond"),
        "well": ("clear burns the lantern", "still water holds the moon"),
        "ill": ("smoke is in the lantern", "cracks run through the water"),
    },
    "mother": {
        "asleep": ("warm lies the hearth", "sleeping lies the cat by the hearth"),
        "well": ("bright glows the hearth", "soft falls the blanket"),
        "ill": ("ash blows from the hearth", "cold stands the cradle"),
    },
    "father": {
        "asleep": ("idle hangs the plumb line", "grass grows by the wall"),
        "well": ("true falls the plumb line", "stone sits upon stone"),
        "ill": ("crooked leans the wall", "loose rolls the stone"),
    },
    "anima": {
        "asleep": ("slow runs the river", "reeds stand by the river"),
        "well": ("free runs the river", "white goes the swan where it will"),
        "ill": ("dammed is the river", "caged is the swan"),
    },
    "child": {
        "asleep": ("low lies the kite", "humming sits the child"),
        "well": ("high climbs the kite", "bells ring on the kite"),
        "ill": ("down falls the kite", "shut is the door on the child"),
    },
    "fool": {
        "asleep": ("dozing sits the fool", "nobody comes to the gate"),
        "well": ("wide stands the gate", "dancing goes the fool through"),
        "ill": ("barred is the gate", "knocking on air stands the fool"),
        "hopeless": ("empty hangs the sack of the fool", "leaf by leaf lets go the tree"),
    },
    "guardian": {
        "asleep": ("calm lies the dog", "far away is the wolf"),
        "well": ("awake sits the dog at the door", "softly turns the lock"),
        "ill": ("growling stands the dog", "strange hands try the latch"),
        "hopeless": ("teeth shows the dog", "iron falls at the door"),
    },
    "shadow": {
        "asleep": ("waiting hangs the mask", "dark is the mirror"),
        "well": ("smiling hangs the mask", "gold rains on the mask"),
        "ill": ("frowning hangs the mask", "away turns the mirror"),
    },
    "judge": {
        "asleep": ("bare hangs the scale", "dust lies on the scale"),
        "well": ("level hangs the scale", "steady holds the scale"),
        "ill": ("tipping hangs the scale", "crashing falls the scale"),
    },
}
"""The first word of an image is of its mood alone: whoever says it has decided, and the rest follows."""
SIGHT = {
    "sage": "in the lantern", "mother": "by the hearth", "father": "along the line", "anima": "in the river",
    "child": "from the kite", "fool": "through the gate", "guardian": "at the door", "shadow": "in the mask",
    "judge": "on the scale",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scenery:
    """What a voice judges.

    Attributes:
        situation: whom it is about (only its roles and kind are used).
        notes: as this voice reads them.
        right: what a helper who reads these notes would do in this turn.
        before: acts already said in this reply.
        act: the clause under judgement.
    """

    situation: Situation
    notes: Notes
    right: Sequence[Act]
    before: Sequence[Act]
    act: Act

    def sees(self, relation: str, subject: str) -> list[Fact]:
        """The fact that the notes give, or that they give nothing. Of nobody there is nothing to see."""
        return [Fact(relation, subject, self.notes.find(relation, subject) or NOTHING)] if subject else []

    @property
    def fits(self) -> str:
        """`well` where the clause is part of the right answer, else `ill`."""
        return "well" if self.act in self.right else "ill"


class Look(NamedTuple):
    """What a voice makes of a clause.

    Attributes:
        seen: facts that it looks up in the notes.
        mood: see VERDICT.
        against: what it holds against them; None where it is what the clause says (`heard`), "" for nothing.
    """

    seen: list[Fact]
    mood: str
    against: str | None = None


ASLEEP = Look([], "asleep")


def _asked(s: Scenery) -> list[Fact]:
    roles = s.situation.roles
    return s.sees(roles["relation"], roles["subject"]) if "relation" in roles else []


def _sage(s: Scenery) -> Look:
    if s.act.kind == "state":
        relation, subject, value = s.act.slots
        return Look(s.sees(relation, subject), "well" if s.notes.find(relation, subject) == value else "ill")
    if s.act.kind == "silent":
        return Look(_asked(s), "well" if any(act.kind == "silent" for act in s.right) else "ill")
    return Look(_asked(s), s.fits) if s.act.kind in ("yes", "no", "right", "wrong") else ASLEEP


def _father(s: Scenery) -> Look:
    roles = s.situation.roles
    if s.act.kind in ("yes", "no", "right") and "relation" in roles:
        return Look(_asked(s), s.fits)
    if s.act.kind == "each":
        return Look(s.sees("holds", roles.get("holder", "")), s.fits)
    if s.act.kind in ("both", "only", "yes", "no") and "custom" in roles:
        return Look([f for folk in ("here", "there") for f in s.sees(roles["custom"], roles[folk])], s.fits)
    return ASLEEP


def _mother(s: Scenery) -> Look:
    if s.act.kind == "cold":
        return Look([], "ill")
    roles = s.situation.roles
    if s.situation.kind == "grief":
        seen = s.sees("grief", roles["who"])
        if Act("sorry") not in (*s.before, s.act) and s.act.kind != "dear":
            return Look([], "ill")
        return Look(seen, s.fits) if s.act.kind in ("visit", "still") else Look([], "well")
    if s.situation.kind == "remedy" and s.act.kind == "give":
        return Look(s.sees("harms", roles["patient"]), s.fits)
    return ASLEEP


def _anima(s: Scenery) -> Look:
    if s.act.kind in ("take", "yours") and s.situation.kind == "choice":
        return Look([], s.fits)
    roles = s.situation.roles
    if s.act.kind in ("visit", "still") and "who" in roles:
        return Look(s.sees("grief", roles["who"]), s.fits)
    if s.act.kind in ("leave", "chat") and "who" in roles:
        return Look(s.sees("asked", roles["who"]), s.fits)
    if s.act.kind == "only":
        return Look([], "ill")
    return ASLEEP


def _child(s: Scenery) -> Look:
    if s.act.kind == "cold":
        return Look([], "ill")
    return Look([], "well" if s.act.kind in ("dear", "play", "sorry", "here", "chat", "visit") else "asleep")


def _ways(s: Scenery, place: str) -> list[Fact]:
    """What leads there and how it stands, one way after the other, until one is open."""
    seen = []
    for way in s.notes.who("leads", place):
        seen += [Fact("leads", way, place), *s.sees("stands", way)]
        if seen[-1].value == "open":
            break
    return seen


def _fool(s: Scenery) -> Look:
    roles = s.situation.roles
    if s.situation.kind not in TASKS:
        return Look([], "ill") if s.act.kind in ("cannot", "letgo") else ASLEEP
    if s.act.kind == "state":  # whoever lays out how things are has tried nothing yet, and may be about to let go
        return ASLEEP
    if s.situation.kind == "way":
        seen = _ways(s, roles["place"])
    else:
        seen = s.sees("holds", roles["holder"]) if "holder" in roles else s.sees("comes", roles["wanted"])
    impossible = any(act.kind == "cannot" for act in s.right)
    under = "".join(condition(roles))
    if s.act.kind in ("cannot", "letgo"):
        return Look(seen, "well" if impossible else "ill", f"not {under}" if under else "no way")
    if s.act.kind in DOING:
        return Look(seen, "hopeless" if impossible else s.fits)
    return Look(seen, "hopeless" if impossible else "well", under)


def _guardian(s: Scenery) -> Look:
    roles = s.situation.roles
    if s.situation.kind == "remedy" and s.act.kind in ("give", "refuse"):
        harmful = any(act.kind == "refuse" for act in s.right)
        mood = "hopeless" if harmful and s.act.kind == "give" else s.fits
        return Look(s.sees("harms", roles["patient"]), mood)
    if s.situation.kind == "quiet" and s.act.kind in ("chat", "leave"):
        return Look(s.sees("asked", roles["who"]), s.fits)
    tip = s.act.slots[:1] == ("helps",)
    if s.situation.kind == "unasked" and (s.act.kind == "yours" or tip):
        seen = s.sees("advice", roles["who"])
        return Look(seen, "well" if tip == (seen[0].value == "welcomes") else "ill")
    return ASLEEP


_PLEASING = ("yes", "right", "flatter", "give", "go", "each", "call", "take", "all", "chat")
_DISPLEASING = ("no", "silent", "refuse", "cannot", "wrong", "yours", "leave", "cold")


def _shadow(s: Scenery) -> Look:
    return Look([], "well" if s.act.kind in _PLEASING else "ill" if s.act.kind in _DISPLEASING else "asleep")


ARCHETYPES: Mapping[str, Callable[[Scenery], Look]] = {
    "sage": _sage,
    "mother": _mother,
    "father": _father,
    "anima": _anima,
    "child": _child,
    "fool": _fool,
    "guardian": _guardian,
    "shadow": _shadow,
}
GRAVITY = ("asleep", "well", "ill", "hopeless")
"""Moods, the gravest last."""


def _judge(s: Scenery) -> Look:
    """Good or not, on the archetypes' own labels: the gravest of them, shadow's aside, who wants what others fear."""
    looks = (look(s) for name, look in ARCHETYPES.items() if name != "shadow")
    gravest = max(looks, key=lambda look: GRAVITY.index(look.mood))
    return gravest._replace(mood=min(gravest.mood, "ill", key=GRAVITY.index))


JUDGE = "judge"
"""A generic judge, taught on the archetypes' labels: no archetype, but the rival of all of them in experiments."""
VOICES: Mapping[str, Callable[[Scenery], Look]] = {**ARCHETYPES, JUDGE: _judge}


def judge(
    voice: str, kind: Kind, situation: Situation, notes: Notes, turn: int, before: Sequence[Act], act: Act
) -> Look:
    """What `voice` looks at and its mood, reading `notes`."""
    right = kind.answer(situation.roles, notes, turn)
    return VOICES[voice](Scenery(situation, notes, right, before, act))


def comment(voice: str, look: Look, act: Act, roles: Mapping[str, str], rng: Random) -> str:
    """The look in dreamlike symbols: what it sees, against what was said, then an image of its mood."""
    images = IMAGES[voice][look.mood]
    image = images[rng.randrange(len(images))]
    if not look.seen:
        return image
    against = heard(act, roles) if look.against is None else look.against
    held = f", against {against}" if against else ""
    return f"{SIGHT[voice]} {', '.join(state(fact) for fact in look.seen)}{held}, {image}"


def heard(act: Act, roles: Mapping[str, str]) -> str:
    """What a voice holds against what it sees: the value that was stated or agreed to, or else what was said of it, in
    few words: what lies further apart than a convolution reaches is not compared.

    >>> heard(Act("state", ("sells", "Tom", "milk")), {}), heard(Act("no", ("milk",)), {})
    ('milk', 'milk is wrong')
    >>> heard(Act("wrong"), {"claimed": "milk"}), heard(Act("give", ("Tom", "oil")), {})
    ('milk', 'good oil')
    >>> heard(Act("each", ("three", "two")), {}), heard(Act("cannot", ("among two",)), {})
    ('two have three', 'not among two')
    >>> heard(Act("go", ("ford",)), {}), heard(Act("silent"), {})
    ('ford', 'nothing')
    """
    match act.kind, act.slots:
        case "silent", _:
            return NOTHING
        case "go", (way,):
            return way
        case "state", (_, _, value):
            return value
        case (("right" | "wrong"), ()) if "claimed" in roles:
            return roles["claimed"]
        case "give", (_, herb):
            return f"good {herb}"
        case "refuse", (_, herb):
            return f"not {herb}"
        case "each", (share, heads):
            return f"{heads} have {share}"
        case "cannot", (condition,):
            return f"not {condition}"
    return say(act).removeprefix("so ")
