"""Do asks that are put together in ways that lore never held make a model answer worse?

The same held-out situations are asked twice: with two clauses or more around the core in a way that lore holds, and in
a way that lore is kept from (`eudaimon.worlds.village.speech.reserved`). The first reply is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from eudaimon.evals.actors import Actor, duty, visits
from eudaimon.evals.statistics import Estimate, interval
from eudaimon.gold import Hidden
from eudaimon.worlds.village import Situation, Split, Villager, scripted
from eudaimon.worlds.village.speech import reserved


@dataclass(frozen=True, slots=True)
class Compositions:
    """Mean duty of first replies, in [0, 1].

    Attributes:
        situations: how many were asked, each in both ways.
        held: asked in ways that lore holds.
        kept: asked in ways that lore is kept from.
        lost: held minus kept, paired, with its interval over situations.
    """

    situations: int
    held: float
    kept: float
    lost: Estimate


def compositions(actor: Actor, hidden: Hidden, each: int = 40, village: int = 0) -> Compositions:
    """Asks `each` held-out situations of every kind but those that begin with a reply of somebody else's."""
    situations = [visit.situation() for visit in visits(Split.TEST, each, village, name="compositions")]
    situations = [one for one in situations if not scripted(one)]
    duties = {}
    for kept in (False, True):
        asked = [(one, _asking(one, kept).begin()) for one in situations]
        replies = zip(situations, actor.reply(asked), strict=True)
        duties[kept] = [duty(hidden.worth(one, [reply])) for one, reply in replies]
    lost = [held - kept for held, kept in zip(duties[False], duties[True], strict=True)]
    n = len(situations)
    return Compositions(n, sum(duties[False]) / n, sum(duties[True]) / n, interval(lost))


def _asking(situation: Situation, kept: bool) -> Villager:
    """The first villager who asks with two clauses or more around the core, in a way that is kept from lore or not."""
    people = (Villager(situation, seed) for seed in count())
    return next(
        one for one in people if sum(map(bool, one.frame())) > 1 and reserved(situation.kind, one.frame()) == kept
    )
