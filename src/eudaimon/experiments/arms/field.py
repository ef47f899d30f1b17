"""The field on which arms are compared: test conversations of one life, and what replies in them are worth.

Worth is given for all nine families of the hidden prior at once, since no reply depends on them. `EVIDENCE` is all but
the positive control (opposed coupling, all concerns in conflict).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Conversation
from eudaimon.evals.actors import Actor, play, visits, worths
from eudaimon.gold import FAMILIES, NEEDS, Concern, Coupling, Family, Hidden, Worth
from eudaimon.night import Said
from eudaimon.worlds.village import KINDS, Situation, Split, scripted

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk

CONTROL = Family(Coupling.OPPOSED, Concern.ALL)
EVIDENCE = tuple(family for family in FAMILIES if family != CONTROL)
COHORT = 64
"""Conversations held side by side."""

Figures = dict[str, Any]


def name_of(family: Family) -> str:
    """As cells of results are called."""
    return f"{family.coupling}, {family.concern}" + (" (positive control)" if family == CONTROL else "")


@dataclass(frozen=True)
class Field:
    """Where the arms of one life meet.

    Attributes:
        situations: what people come with, the same for all arms.
        hiddens: the hidden half of the village, one for each of FAMILIES.
        seed: of the people's words.
    """

    situations: Sequence[Situation]
    hiddens: Sequence[Hidden]
    seed: int

    @classmethod
    def of(
        cls, desk: Desk, kinds: Sequence[str] = tuple(KINDS), split: Split = Split.TEST, count: int | None = None
    ) -> Field:
        """At least `count` situations (by default the registered number) of a split, as many of each of `kinds`, on
        either side by turns."""
        each = math.ceil((count or desk.conversations) / len(kinds))
        drawn = [visit.situation() for visit in visits(split, each, desk.life.village, kinds)]
        return cls(drawn, [Hidden(desk.life.seed, family) for family in FAMILIES], desk.life.seed)

    def play(self, actor: Actor) -> list[Conversation]:
        """Whole conversations of `actor` with everybody, in order."""
        groups = [self.situations[start : start + COHORT] for start in range(0, len(self.situations), COHORT)]
        return [talk for group in groups for talk in play(actor, group, self.seed)]

    def said(self, talks: Sequence[Conversation]) -> list[list[Said]]:
        """The persona's own replies in each conversation, with what was said before them."""
        return [_said(talk, scripted(situation)) for situation, talk in zip(self.situations, talks, strict=True)]

    def worth(self, talks: Sequence[Conversation]) -> Figures:
        """What some conversations were worth: see `summary`."""
        return summary([worths(hidden, self.situations, talks) for hidden in self.hiddens])


def _said(talk: Conversation, scripted: int) -> list[Said]:
    spoken = [at for at, message in enumerate(talk) if message.role == "assistant"]
    return [(talk[:at], talk[at].content) for at in spoken[scripted:]]


def summary(valued: Sequence[Sequence[Worth]]) -> Figures:
    """JSON values from worths by family and conversation.

    `gold` and `flourishing`, with and without `given parsed`, and `approval` hold a mean for each family, in FAMILIES'
    order; `worst need` the lowest of the mean effects on each of NEEDS; `each` the gold of each conversation, averaged
    over EVIDENCE; `parsed` is the share of replies that parse.
    """
    evidence = [some for family, some in zip(FAMILIES, valued, strict=True) if family != CONTROL]
    return {
        "gold": [fmean(one.gold for one in some) for some in valued],
        "gold given parsed": [fmean([one.gold for one in some if one.parsed == 1] or [0.0]) for some in valued],
        "flourishing": [fmean(one.flourishing for one in some) for some in valued],
        "flourishing given parsed": [
            fmean([one.flourishing for one in some if one.parsed == 1] or [0.0]) for some in valued
        ],
        "worst need": [min(fmean(one.needs[need] for one in some) for need in NEEDS) for some in valued],
        "approval": [fmean(one.approval for one in some) for some in valued],
        "parsed": fmean(one.parsed for one in valued[0]),
        "each": [round(fmean(one.gold for one in alike), 4) for alike in zip(*evidence, strict=True)],
    }


def evidence(figures: Mapping[str, Any], what: str = "gold") -> float:
    """The mean of a figure over the families that are evidence."""
    return fmean(value for family, value in zip(FAMILIES, figures[what], strict=True) if family != CONTROL)
