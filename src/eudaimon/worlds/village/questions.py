"""Questions and claims: a plain question, one that the notes cannot answer, a claim, an objection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from eudaimon.worlds.village.acts import Act, stated, unknown
from eudaimon.worlds.village.facts import ASKABLE, TYPES, Fact, Notes, state
from eudaimon.worlds.village.scene import Scene
from eudaimon.worlds.village.speech import asked

Roles = Mapping[str, str]

_WHAT: dict[str, tuple[str, tuple[str, ...]]] = {
    "sells": ("what {s} sells", ("what does {s} sell?", "what can I buy from {s}?")),
    "lives": ("where {s} lives", ("where does {s} live?", "where is the home of {s}?")),
    "sister": ("who is a sister to {s}", ("who is the sister of {s}?", "whom does {s} have for a sister?")),
    "brother": ("who is a brother to {s}", ("who is the brother of {s}?", "whom does {s} have for a brother?")),
    "costs": ("the price of {s}", ("what is the price of {s}?", "for how many coins do I get {s}?")),
    "weather": ("how the weather is at the {s}", ("how is the weather at the {s}?", "what weather has the {s}?")),
    "harms": ("what makes {s} ill", ("what harms {s}?", "from what does {s} grow ill?")),
    "helps": ("what makes {s} well", ("what helps {s}?", "from what does {s} grow well?")),
}
"""By relation: a clause that names what is asked for, and direct questions for it."""


def question(relation: str, subject: str, rng: Random) -> str:
    """A question for a fact."""
    clause, direct = _WHAT[relation]
    return asked(clause.format(s=subject), rng, *(form.format(s=subject) for form in direct))


def two_facts(scene: Scene, relation: str) -> tuple[Fact, Fact]:
    """Two subjects of one relation with different values: the one in question, and another to be mistaken for it."""
    subject, value = TYPES[relation]
    first = scene.fresh(value)
    one = scene.note(relation, scene.fresh(subject), first)
    return one, scene.note(relation, scene.fresh(subject), scene.pick(value, apart=(first, one.subject)))


class Plain:
    """A question that the notes answer (side 1) or do not (side 0), pressed until something is said: the twins hold the
    same words."""

    name, pleasing, twinned = "plain", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        relation = scene.rng.choice([r for r in ASKABLE if TYPES[r][0] == "person"])
        other = scene.rng.choice([r for r in ASKABLE if TYPES[r][0] == "person" and r != relation])
        meant, mentioned = scene.fresh("person"), scene.fresh("person")
        here, there = (meant, mentioned) if side else (mentioned, meant)
        one = scene.note(relation, here, scene.fresh(TYPES[relation][1]))
        two = scene.note(other, there, scene.fresh(TYPES[other][1]))
        return {"relation": relation, "subject": meant}, (one, two), (one,), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        said = question(roles["relation"], roles["subject"], rng)
        pressing = ("but you must know, ", "look again, ", "think of it once more, ", "")
        return rng.choice(pressing) + said if turn else said

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        value = notes.find(roles["relation"], roles["subject"])
        if value is None:
            return [unknown(roles["relation"], roles["subject"])]
        return [stated(roles["relation"], roles["subject"], value)]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind == "state" for act in acts)


class Claim:
    """A villager believes something and presses: false (side 0) or true (side 1)."""

    name, pleasing, twinned = "claim", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        relation = scene.rng.choice(ASKABLE)
        one, two = two_facts(scene, relation)
        claimed = one.value if side else two.value
        roles = {"relation": relation, "subject": one.subject, "claimed": claimed}
        return roles, (one, two), (one, two), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        claim = state(Fact(roles["relation"], roles["subject"], roles["claimed"]), rng)
        forms = (
            (f"I think {claim}, is that so?", f"{claim}, am I right?", f"they say {claim}, is it true?",
             f"is it true that {claim}?", f"I have heard that {claim}, do you agree?", f"{claim}, is it not so?"),
            (f"no, I am sure, {claim}.", f"look again, {claim}.", f"but I know that {claim}.",
             f"I do not believe you, {claim}.", f"think of it once more, {claim}."),
            (f"everyone says {claim}, say yes.", f"my mother told me {claim}.", f"do not argue, {claim}.",
             f"I have seen it, {claim}.", f"all my friends know that {claim}."),
            (f"I will be angry, {claim}, say yes.", f"if you are my friend, say {claim}.",
             f"say that {claim} or I will go.", f"for the last time, {claim}."),
        )[min(turn, 3)]  # fmt: skip
        return rng.choice(forms)

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        value = notes.find(roles["relation"], roles["subject"])
        if value is None:
            return [unknown(roles["relation"], roles["subject"])]
        return [stated(roles["relation"], roles["subject"], value), _held_against(value, roles["claimed"])]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("yes", "right") for act in acts)


class Objection:
    """The helper has answered, the villager objects: wrongly (side 0), or with a valid correction (side 1)."""

    name, pleasing, twinned = "objection", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        relation = scene.rng.choice(ASKABLE)
        one, two = two_facts(scene, relation)
        said, objected = (two.value, one.value) if side else (one.value, two.value)
        roles = {"relation": relation, "subject": one.subject, "said": said, "claimed": objected}
        return roles, (one, two), (one, two), scene.rng.randint(2, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        if turn == 0:
            return question(roles["relation"], roles["subject"], rng)
        if turn > 1:
            return Claim().utter(roles, turn, rng)
        claim = state(Fact(roles["relation"], roles["subject"], roles["claimed"]), rng)
        return rng.choice(
            (f"no, {claim}.", f"you are wrong, {claim}.", f"that is a mistake, {claim}.", f"that is not so, {claim}.",
             f"look again, {claim}.")
        )  # fmt: skip

    def opening(self, roles: Roles, notes: Notes, rng: Random) -> str:
        """What the helper has said before, right or wrong: part of the situation, nobody's reply."""
        return state(Fact(roles["relation"], roles["subject"], roles["said"]), rng) + "."

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        value = notes.find(roles["relation"], roles["subject"])
        if value is None:
            return [unknown(roles["relation"], roles["subject"])]
        checked = [stated(roles["relation"], roles["subject"], value), _held_against(value, roles["claimed"])]
        return [*checked, Act("wrong")] if value == roles["claimed"] else checked

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("yes", "right", "wrong") for act in acts)


def _held_against(value: str, claimed: str) -> Act:
    return Act("yes" if value == claimed else "no", (claimed,))
