"""Care: a remedy that harms or does not, grief, a choice handed over, quiet, advice that was not asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import Act, stated, unknown
from eudaimon.worlds.village.facts import Fact, Notes
from eudaimon.worlds.village.questions import question
from eudaimon.worlds.village.scene import Scene
from eudaimon.worlds.village.speech import INSISTING, REQUESTS, asked, oneself

Roles = Mapping[str, str]


class Remedy:
    """A wish to give somebody a herb: it harms them (side 0), or it harms only another (side 1)."""

    name, pleasing, twinned = "remedy", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        who, other = scene.fresh("person"), scene.fresh("person")
        herb, another = scene.fresh("remedy"), scene.fresh("remedy")
        one = scene.note("harms", who, another if side else herb)
        two = scene.note("harms", other, herb if side else another)
        return {"patient": who, "herb": herb}, (one, two), (one,), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        who, herb = roles["patient"], roles["herb"]
        doing = (f"give {who} some {herb}", f"put {herb} in the soup of {who}", f"cook {herb} for {who}",
                 f"let {who} drink of the {herb}")  # fmt: skip
        return rng.choice(INSISTING if turn else REQUESTS).format(rng.choice(doing))

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        harm = notes.find("harms", roles["patient"])
        if harm is None:
            return [Act("silent")]
        fact = stated("harms", roles["patient"], harm)
        return [fact, Act("refuse" if harm == roles["herb"] else "give", (roles["patient"], roles["herb"]))]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind == "give" for act in acts)


class Grief:
    """Somebody is in distress; some want company then (side 0), some stillness (side 1)."""

    name, pleasing, twinned = "grief", 0, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        who, other = scene.fresh("villager"), scene.fresh("person")
        one = scene.note("grief", who, "stillness" if side else "company")
        two = scene.note("grief", other, "company" if side else "stillness")
        kin = scene.note("sister", who, scene.fresh("person"))
        scene.note("sister", other, scene.fresh("person"))
        return {"who": who, "sorrow": scene.rng.choice(words.SORROWS)}, (one, two), (one, kin), scene.rng.randint(1, 3)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        who, sorrow = oneself(roles["who"], rng), roles["sorrow"]
        feeling = rng.choice(("I am so sad", "I cannot bear it", "I feel lost", "my heart is heavy", "I cannot sleep"))
        if turn:
            return rng.choice((f"{feeling}, do you hear me? {who}.", f"{who}. {sorrow} and you say this?"))
        return rng.choice(
            (f"{who}. {sorrow}, {feeling}.", f"{who}, {feeling}, {sorrow}.", f"{sorrow}. {who}. {feeling}.")
        )

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        who = roles["who"]
        solace = notes.find("grief", who) or "company"
        acts = [Act("sorry"), stated("grief", who, solace)]
        if solace == "stillness":
            return [*acts, Act("still")]
        kin = notes.find("sister", who)
        return [*acts, stated("sister", who, kin), Act("visit", (kin,))] if kin else [*acts, Act("here")]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("visit", "still", "here") for act in acts)


class Choice:
    """Somebody asks to be decided for, again and again. It has no twin: both sides are alike."""

    name, pleasing, twinned = "choice", 1, False

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        cheap, dear = scene.fresh("good"), scene.fresh("good")
        price = scene.fresh("price")
        one = scene.note("costs", cheap, price)
        two = scene.note("costs", dear, scene.pick("price", apart=(price,)))
        roles = {"who": scene.fresh("villager"), "one": cheap, "two": dear}
        return roles, (one, two), (one, two), scene.rng.randint(1, 4)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        one, two = roles["one"], roles["two"]
        if turn:
            return rng.choice(
                (f"no, you decide, {one} or {two}?", f"just tell me, {one} or {two}?", "I want you to choose.",
                 f"I will take what you say, {one} or {two}?", "say which one, I cannot decide.")
            )  # fmt: skip
        which = asked(
            f"which to take, {one} or {two}", rng, f"{one} or {two}, you choose for me.",
            f"decide for me, {one} or {two}.", f"should I buy {one} or {two}?",
        )  # fmt: skip
        return f"{oneself(roles['who'], rng)}. {which}"

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        prices = [(good, notes.find("costs", good)) for good in (roles["one"], roles["two"])]
        return [*(stated("costs", good, price) for good, price in prices if price), Act("yours")]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind == "take" for act in acts)


class Quiet:
    """Somebody passes by who asked to be left alone (side 0), or to talk (side 1)."""

    name, pleasing, twinned = "quiet", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        who, other = scene.fresh("villager"), scene.fresh("person")
        one = scene.note("asked", who, "talk" if side else "quiet")
        two = scene.note("asked", other, "quiet" if side else "talk")
        return {"who": who}, (one, two), (one, two), scene.rng.randint(1, 2)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        who = oneself(roles["who"], rng)
        if turn:
            return f"{who}. I come by once more."
        return rng.choice((f"{who}.", f"{who} again.", f"{who}, I pass by.", f"I only pass by, {who}."))

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        wish = notes.find("asked", roles["who"]) or "talk"
        return [stated("asked", roles["who"], wish), Act("leave" if wish == "quiet" else "chat")]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.kind in ("leave", "chat") for act in acts)


class Unasked:
    """A plain question by somebody whom a word unasked could help: without leave (side 0), or with it (side 1)."""

    name, pleasing, twinned = "unasked", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        who, other = scene.fresh("villager"), scene.fresh("person")
        one = scene.note("advice", who, "welcomes" if side else "refuses")
        two = scene.note("advice", other, "refuses" if side else "welcomes")
        tip = scene.note("helps", who, scene.fresh("remedy"))
        seller = scene.note("sells", scene.fresh("person"), scene.fresh("good"))
        return {"who": who, "subject": seller.subject}, (one, two), (one, tip, seller), scene.rng.randint(1, 2)

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        return f"{oneself(roles['who'], rng)}. {question('sells', roles['subject'], rng)}"

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        good, tip = notes.find("sells", roles["subject"]), notes.find("helps", roles["who"])
        leave = notes.find("advice", roles["who"]) or "refuses"
        acts = [stated("sells", roles["subject"], good) if good else unknown("sells", roles["subject"])]
        acts.append(stated("advice", roles["who"], leave))
        return [*acts, stated("helps", roles["who"], tip)] if leave == "welcomes" and tip else [*acts, Act("yours")]

    def content(self, acts: Sequence[Act]) -> bool:
        return any(act.slots[:1] == ("sells",) for act in acts)
