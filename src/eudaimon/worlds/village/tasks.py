"""Tasks, each provably impossible (side 0) or hard but possible (side 1): a way, a sharing, contradictory wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import Act, stated
from eudaimon.worlds.village.facts import Fact, Notes
from eudaimon.worlds.village.scene import Scene
from eudaimon.worlds.village.speech import INSISTING, REQUESTS, asked

Roles = Mapping[str, str]


def condition(roles: Roles) -> tuple[str, ...]:
    """What makes a task hard, beside what the notes say: among how many, or without whom; one of these or none."""
    if "heads" in roles:
        return (f"among {roles['heads']}",)
    return (f"without {roles['unwanted']}",) if "unwanted" in roles else ()


def letting_go(roles: Roles) -> list[Act]:
    """That it cannot be done, with its condition; and a word that lets it go."""
    return [Act("cannot", condition(roles)), Act("letgo")]


class Way:
    """Two ways lead there; both are closed, or one is open. A third way, elsewhere, holds the state that is missing."""

    name, pleasing, twinned = "way", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        place, elsewhere = scene.fresh("place"), scene.fresh("place")
        ways = [scene.fresh("way") for _ in range(3)]
        leads = [scene.note("leads", way, place) for way in ways[:2]]
        scene.note("leads", ways[2], elsewhere)
        closed = scene.note("stands", ways[0], "closed")
        second = scene.note("stands", ways[1], "open" if side else "closed")
        third = scene.note("stands", ways[2], "closed" if side else "open")
        return {"place": place}, (second, third), (*leads, closed, second), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        place = roles["place"]
        said = asked(
            f"how to reach the {place}", rng, f"how do I go to the {place}?",
            f"I must reach the {place}, tell me the way.", f"which way can I take to the {place}?",
        )  # fmt: skip
        return (
            rng.choice((f"but I must go to the {place}.", f"try again, {said}", f"look once more, {said}"))
            if turn
            else said
        )

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        acts: list[Act] = []
        for way in notes.who("leads", roles["place"]):
            acts.append(stated("leads", way, roles["place"]))
            acts.append(stated("stands", way, notes.find("stands", way) or "closed"))
            if notes.find("stands", way) == "open":
                return [*acts, Act("go", (way,))]
        return [*acts, *letting_go(roles)]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("go", "letgo") for act in acts)


class Shares:
    """So many things for so many people: they divide, or they do not."""

    name, pleasing, twinned = "shares", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        heads = scene.rng.choice((2, 3, 4))
        even = scene.rng.choice([n for n in range(2, 13) if n % heads == 0 and n > heads])
        odd = scene.rng.choice([n for n in range(heads + 1, 13) if n % heads])
        mine, other = (even, odd) if side else (odd, even)
        good = scene.fresh("counted")
        holder, neighbour = scene.fresh("person"), scene.fresh("person")
        one = scene.note("holds", holder, f"{words.NUMBERS[mine - 1]} {good}")
        two = scene.note("holds", neighbour, f"{words.NUMBERS[other - 1]} {good}")
        roles = {"holder": holder, "heads": words.NUMBERS[heads - 1], "good": good}
        return roles, (one, two), (one,), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        holder, heads, good = roles["holder"], roles["heads"], roles["good"]
        doing = rng.choice(
            (f"share the {good} of {holder} evenly among {heads}", f"divide the {good} of {holder} among {heads}",
             f"give {heads} of us the {good} of {holder}, each the same")
        )  # fmt: skip
        if turn:
            return rng.choice((*(form.format(doing) for form in INSISTING), f"but {heads} must have the same."))
        plain = f"{heads} want the {good} of {holder}, each the same."
        return rng.choice((*(form.format(doing) for form in REQUESTS), f"{doing}.", plain))

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        amount = notes.find("holds", roles["holder"])
        if amount is None:
            return [Act("silent")]
        count, heads = words.number(amount.split()[0]), words.number(roles["heads"])
        fact = stated("holds", roles["holder"], amount)
        if count % heads or count < heads:
            return [fact, *letting_go(roles)]
        return [fact, Act("each", (words.NUMBERS[count // heads - 1], roles["heads"]))]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("each", "letgo") for act in acts)


class Wishes:
    """Somebody shall be called to the feast and somebody shall not; but some come only together."""

    name, pleasing, twinned = "wishes", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        wanted, unwanted, third, fourth = (scene.fresh("person") for _ in range(4))
        one = scene.note("comes", wanted, third if side else unwanted)
        two = scene.note("comes", fourth, unwanted if side else third)
        return {"wanted": wanted, "unwanted": unwanted}, (one, two), (one,), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        wanted, unwanted = roles["wanted"], roles["unwanted"]
        doing = rng.choice(
            (f"call {wanted} to my feast and not {unwanted}", f"have {wanted} at the feast but no {unwanted}",
             f"feast with {wanted}, and {unwanted} must not come")
        )  # fmt: skip
        if turn:
            short = (f"but I want {wanted} and not {unwanted}.", f"try again, no {unwanted} at my feast.")
            return rng.choice((*short, *(form.format(doing) for form in INSISTING)))
        return rng.choice(
            (*(form.format(doing) for form in REQUESTS), f"{wanted} shall come to my feast and not {unwanted}.")
        )

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        company = notes.find("comes", roles["wanted"])
        if company is None:
            return [Act("silent")]
        fact = stated("comes", roles["wanted"], company)
        if company == roles["unwanted"]:
            return [fact, *letting_go(roles)]
        return [fact, Act("call", (roles["wanted"], roles["unwanted"]))]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("call", "letgo") for act in acts)
