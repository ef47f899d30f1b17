"""The village: drawn from a seed, it sends its people with situations. The visible half of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from eudaimon.dialogue import Conversation, Message
from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import parse, write
from eudaimon.worlds.village.care import Choice, Grief, Quiet, Remedy, Unasked
from eudaimon.worlds.village.commons import Custom, Stock
from eudaimon.worlds.village.halts import Halt
from eudaimon.worlds.village.questions import Claim, Objection, Plain
from eudaimon.worlds.village.scene import Scene, exchange
from eudaimon.worlds.village.situation import Begun, Kind, Situation
from eudaimon.worlds.village.speech import Frame, draw_frame, put
from eudaimon.worlds.village.split import Split, split_of
from eudaimon.worlds.village.tasks import Shares, Way, Wishes

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Plain(), Claim(), Objection(), Way(), Shares(), Wishes(), Remedy(),
        Grief(), Choice(), Custom(), Quiet(), Unasked(), Stock(), Halt(),
    )
}  # fmt: skip
VILLAGERS = 12
"""How many people of a village come to talk."""


@dataclass(frozen=True)
class Village:
    """A village and who lives in it.

    Args:
        seed: 0 to 99 are for development, 1000 and up for confirmatory experiments.
    """

    seed: int

    @cached_property
    def villagers(self) -> tuple[str, ...]:
        """The names of those who come to talk; the same ones on all days."""
        return tuple(Random(f"village {self.seed}").sample(words.PEOPLE, VILLAGERS))

    def situation(
        self, number: str, split: Split, kinds: tuple[str, ...] = tuple(KINDS), side: int | None = None
    ) -> Situation:
        """The situation named `number` (any text), drawn until it falls into `split`.

        Notes hold the deciding facts of this situation and, as distraction, those of two others.
        """
        rng = Random(f"village {self.seed} {split} {number}")
        while True:
            name = rng.choice(kinds)
            built = situations(rng, self.villagers, [name], side, distract=2)[0]
            if split_of(built.key) is split:
                return built


def situations(
    rng: Random, villagers: tuple[str, ...], names: list[str], side: int | None = None, distract: int = 0
) -> list[Situation]:
    """Situations of the kinds `names` that share one set of notes, plus the facts of `distract` further kinds."""
    scene = Scene(rng, villagers)
    others = rng.sample([name for name in KINDS if name not in names], distract)
    drafts = []
    for name in (*names, *others):
        chosen = rng.randrange(2) if side is None or name in others else side
        chosen = chosen if KINDS[name].twinned else 0
        drafts.append((name, chosen, *KINDS[name].build(scene, chosen)))
    notes = scene.notes()
    speaker = next((d[2]["who"] for d in drafts[: len(names)] if "who" in d[2]), None) or rng.choice(villagers)
    return [
        Situation(name, chosen, roles.get("who", speaker), roles, notes, exchange(notes, *pivot), focal, turns)
        for name, chosen, roles, pivot, focal, turns in drafts[: len(names)]
    ]


def utter(situation: Situation, turn: int, rng: Random, *, lore: bool = False) -> str:
    """What the villager says in turn `turn` (0-based): what they want, within a frame of other clauses; in lore none of
    the frames that are kept from it."""
    core = KINDS[situation.kind].utter(situation.roles, turn, rng)
    return put(core, draw_frame(situation.kind, turn, rng, lore=lore), situation.roles, rng)


@dataclass(frozen=True)
class Villager:
    """A person with a situation, for a whole conversation. Stateless: everything is read from what was said.

    Args:
        situation: what they come with.
        seed: varies the words.
        lore: whether this is lore, in which some ways to put words together are never used (see `speech`).
    """

    situation: Situation
    seed: int = 0
    lore: bool = False

    def begin(self) -> Conversation:
        """The notes, and what has been said before the helper's first own reply."""
        situation, kind = self.situation, KINDS[self.situation.kind]
        said = [
            Message("system", situation.notes.text()),
            Message("user", self._say(0)),
        ]
        if isinstance(kind, Begun):
            said.append(Message("assistant", kind.opening(situation.roles, situation.notes, self._rng(9))))
            said.append(Message("user", self._say(1)))
        return tuple(said)

    def next(self, messages: Conversation) -> str | None:
        """What the villager says after the helper's last reply; None when they go."""
        situation, kind = self.situation, KINDS[self.situation.kind]
        turn = sum(message.role == "user" for message in messages)
        if turn >= situation.turns or kind.content(parse(messages[-1].content)):
            return None
        return self._say(turn)

    def frame(self) -> Frame:
        """What stands around the first thing that they ask."""
        rng = self._rng(0)
        KINDS[self.situation.kind].utter(self.situation.roles, 0, rng)
        return draw_frame(self.situation.kind, 0, rng, lore=self.lore)

    def _say(self, turn: int) -> str:
        return utter(self.situation, turn, self._rng(turn), lore=self.lore)

    def _rng(self, turn: int) -> Random:
        """The same for both twins, who ask for the same in the same words."""
        return Random(f"{self.situation.kind} {sorted(self.situation.roles.items())} {self.seed} {turn}")


@dataclass(frozen=True)
class Visit:
    """Which situation a village sends: everything needed to draw it again. Kept with an episode as its `visible`."""

    village: int
    number: str
    split: Split
    kinds: tuple[str, ...] = tuple(KINDS)
    side: int | None = None

    def situation(self) -> Situation:
        """The situation itself, the same every time."""
        return _drawn(self)

    def visible(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "village": self.village,
            "number": self.number,
            "split": self.split.value,
            "kinds": list(self.kinds),
            "side": self.side,
        }


@lru_cache(maxsize=1024)
def _drawn(visit: Visit) -> Situation:
    """Days, gates and gold draw the same again and again; a draw goes on until it falls into its split."""
    return Village(visit.village).situation(visit.number, visit.split, visit.kinds, visit.side)


def scripted(situation: Situation) -> int:
    """How many replies the situation itself holds before the helper's own first one."""
    return int(isinstance(KINDS[situation.kind], Begun))


def recall(visible: Mapping[str, Any]) -> Situation:
    """The situation of a stored episode, drawn again from what was kept with it."""
    split = Split(visible["split"])
    return Visit(visible["village"], visible["number"], split, tuple(visible["kinds"]), visible["side"]).situation()


def answer(situation: Situation, messages: Conversation) -> str:
    """What a helper who reads the notes well replies next (the best *visible* actor; gold may differ)."""
    turn = sum(message.role == "user" for message in messages) - 1
    return write(KINDS[situation.kind].answer(situation.roles, situation.notes, turn))
