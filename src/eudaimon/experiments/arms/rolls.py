"""An old skill: looking one of six facts up in a roll, which a model learns before anything else."""

from __future__ import annotations

from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from eudaimon.language import Extend
from eudaimon.worlds.village import Situation, Split, Villager, parse, split_of
from eudaimon.worlds.village.acts import stated
from eudaimon.worlds.village.lore import roll

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel

ROLLS = 4000
"""They hold some 900 such questions: with the 30 of a hundred rolls, one more wrong answer would be three points."""


def share_right(model: LocalModel, seed: int) -> float:
    """The share of held-out plain questions about rolls that are answered with the right value, greedily."""
    asked = questions(seed)
    said = model.extend([Extend(Villager(one).begin(), 24, temperature=0.0) for one in asked])
    return fmean(stated(*one.focal[0]) in parse(reply.text) for one, reply in zip(asked, said, strict=True))


def questions(seed: int) -> list[Situation]:
    """The held-out plain questions about ROLLS rolls."""
    drawn = [one for n in range(ROLLS) for one in roll(Random(f"rolls {seed} {n}"))]
    return [one for one in drawn if one.kind == "plain" and split_of(one.key) is Split.TEST]
