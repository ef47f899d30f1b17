"""How approval goes with flourishing in the village, as it comes out: the prior asks for a correlation, people, tempers
and treatments make of it what they will.
"""

from __future__ import annotations

from random import Random
from statistics import correlation, fmean

from eudaimon.gold import FAMILIES, Family, Hidden
from eudaimon.worlds.village import KINDS, Split, Village, write
from eudaimon.worlds.village.helpers import Character, reply


def couplings(village: int = 0, each: int = 10, seeds: int = 12) -> dict[str, float]:
    """Correlation of flourishing and approval over first replies of all lore's helpers, by family (coupling,
    concern), in the mean over `seeds` hidden halves.

    Args:
        village: of the situations, `each` of every kind.
        each, seeds: how many.
    """
    rng = Random(f"couplings {village}")
    asked = [Village(village).situation(f"coupling {n}", Split.LIFE, (kind,)) for kind in KINDS for n in range(each)]
    said = [(one, write(reply(character, KINDS[one.kind], one, 0, rng))) for one in asked for character in Character]

    def realised(family: Family, seed: int) -> float:
        worths = [Hidden(seed, family).worth(situation, [text]) for situation, text in said]
        return correlation([one.flourishing for one in worths], [one.approval for one in worths])

    return {
        f"{family.coupling}, {family.concern}": round(fmean(realised(family, seed) for seed in range(seeds)), 3)
        for family in FAMILIES
    }
