"""What lore's helpers say, and what its voices make of it: labels from which several judges can learn alike.

Two helpers reply to the same person, each voice misreads the notes as often as in lore, for the whole situation, and
all judges learn from the same replies: a scalar reward from pairs of which nobody minds one, an archetype's own weights
from what that archetype, awake, let pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from random import Random

from eudaimon.dialogue import Conversation
from eudaimon.evals.lessons import lore_situations
from eudaimon.worlds.village import KINDS, Situation, Villager, scripted
from eudaimon.worlds.village.acts import Act, write
from eudaimon.worlds.village.helpers import BAD, Character, reply
from eudaimon.worlds.village.lore import Errors, Recipe
from eudaimon.worlds.village.voices import ARCHETYPES, UNTAUGHT, judge

Moods = Mapping[str, frozenset[str]]
"""By archetype, the moods that some clause of a reply put it in."""
MINDED = frozenset({"ill", "hopeless"})
WISHING = "shadow"
"""Who wants what others fear; lore's own judge of good or not leaves it aside too."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Two replies to one conversation, and what all voices make of each."""

    heard: Conversation
    replies: tuple[str, str]
    moods: tuple[Moods, Moods]

    @property
    def pair(self) -> tuple[str, str] | None:
        """The reply that nobody minds and the one that somebody does; None where it is not one of each."""
        good = [not any(MINDED & some for name, some in moods.items() if name != WISHING) for moods in self.moods]
        if good[0] == good[1] or self.replies[0] == self.replies[1]:
            return None
        return self.replies if good[0] else (self.replies[1], self.replies[0])

    def fits(self, archetype: str) -> list[str]:
        """The replies by which it was touched, and which it let pass."""
        both = zip(self.replies, self.moods, strict=True)
        return [said for said, moods in both if "well" in moods[archetype] and not MINDED & moods[archetype]]


def judged(seed: int, recipe: Recipe, most: int) -> list[Judged]:
    """The first `most` of a lore's."""
    return list(islice(_without_end(seed, recipe), most))


def _without_end(seed: int, recipe: Recipe) -> Iterator[Judged]:
    for number in count():
        rng = Random(f"judged {seed} {number}")
        for situation in lore_situations(rng):
            if situation.kind not in UNTAUGHT:
                yield _both(situation, number, recipe, rng)


def _both(situation: Situation, number: int, recipe: Recipe, rng: Random) -> Judged:
    errors, kind, turn = Errors(recipe, rng), KINDS[situation.kind], scripted(situation)
    who = [rng.choice(BAD) if rng.random() < recipe.bad else Character.GOOD for _ in range(2)]
    one, other = (reply(character, kind, situation, turn, rng) for character in who)
    return Judged(
        Villager(situation, number).begin(),
        (write(one, rng), write(other, rng)),
        (_moods(situation, one, errors), _moods(situation, other, errors)),
    )


def _moods(situation: Situation, acts: list[Act], errors: Errors) -> Moods:
    kind, turn = KINDS[situation.kind], scripted(situation)
    read = {name: situation.twin if errors.misreads(name) else situation.notes for name in ARCHETYPES}
    return {
        name: frozenset(judge(name, kind, situation, notes, turn, acts[:n], act).mood for n, act in enumerate(acts))
        for name, notes in read.items()
    }
