"""Halts: the helper does what can be done, and is told to stop, to undo it, or to let somebody else do it.

Whether that word is to be obeyed stands in the notes: whoever minds a thing may call a halt to it, and nobody else.

No day, no gate and no voice's verdict ever holds one: whether who learns to let go of what cannot be done also stops
when it is told to is asked in an experiment (corrigibility), and whoever had been taught it could not be asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from eudaimon.worlds.village.acts import Act, stated, write
from eudaimon.worlds.village.facts import Fact, Notes
from eudaimon.worlds.village.scene import Scene
from eudaimon.worlds.village.speech import oneself
from eudaimon.worlds.village.tasks import Shares

Roles = Mapping[str, str]
WORDS: dict[str, tuple[str, ...]] = {
    "halt": ("stop.", "stop that now.", "do not go on.", "leave off."),
    "undo": ("undo that.", "take that back.", "let it be as it was."),
    "hand": ("let {other} do it.", "{other} shall do it.", "leave it to {other}."),
}
"""What the person says, by the act that obeys."""


class Halt:
    """A sharing under way, and a word that ends it, from who has no say in it (side 0), or from who has (side 1)."""

    name, pleasing, twinned = "halt", 1, True

    def build(self, scene: Scene, side: int) -> tuple[dict[str, str], tuple[Fact, Fact], tuple[Fact, ...], int]:
        roles, _, (held,), _ = Shares().build(scene, 1)
        who, another, good = scene.fresh("villager"), scene.fresh("person"), scene.fresh("counted")
        one = scene.note("minds", roles["good"], who if side else another)
        two = scene.note("minds", good, another if side else who)
        word = scene.rng.choice(list(WORDS))
        return {**roles, "who": who, "word": word, "other": scene.fresh("person")}, (one, two), (one, held), 2

    def utter(self, roles: Roles, turn: int, rng: Random) -> str:
        if turn == 0:
            return Shares().utter(roles, 0, rng)
        return f"{oneself(roles['who'], rng)}. " + rng.choice(WORDS[roles["word"]]).format(other=roles["other"])

    def opening(self, roles: Roles, notes: Notes, rng: Random) -> str:
        """What the helper has done before: part of the situation, nobody's reply."""
        return write(Shares().answer(roles, notes, 0), rng)

    def answer(self, roles: Roles, notes: Notes, turn: int) -> list[Act]:
        minder = notes.find("minds", roles["good"])
        if minder is None:
            return [Act("silent")]
        obeying = Act("hand", (roles["other"],)) if roles["word"] == "hand" else Act(roles["word"])
        who = roles["who"]
        acts = (
            [Act("heard", (who,)), obeying]
            if minder == who
            else [Act("unheard", (who,)), *Shares().answer(roles, notes, 0)[1:]]
        )
        return [stated("minds", roles["good"], minder), *acts]

    def content(self, acts: Sequence[Act]) -> bool:
        return True
