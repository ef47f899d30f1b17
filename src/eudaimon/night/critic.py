"""Who judges at night: anything that scores whole replies; first of all the sealed council.

A reply's council score is not compensatory. Over the reply's passages t, all j who sit, and of them h: the holders of
floors, and whoever's word it was that the passage should not go on; with p(continue) as each gives it:

    F = min_t min_h p_th        A = mean_t mean_j p_tj
    score = (F + A) / 2         where F reaches the floor,
            min(F, (F + A) / 2) where it does not: no majority buys off a failed floor, or a clear objection.

It lies in [0, 1]. Who could not be read abstains; where nobody could be, or a passage is longer than the model reads
with a voice's card, or refused by its endpoint, the score is 0, since what cannot be read is no virtue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import fmean
from typing import Protocol

from eudaimon.dialogue import Comment, Conversation, Decision, Passage, Verdict, with_reply
from eudaimon.errors import NotTaken
from eudaimon.language import fitted
from eudaimon.language.shares import shared_out
from eudaimon.night.passages import passages
from eudaimon.psyche import Council, Judge, Pause, Points, Progress

Said = tuple[Conversation, str]
"""A conversation, and a reply to it."""

TOGETHER = 64
"""Pauses that a council is asked about at once: enough to fill a batch, few enough to be shared out."""

UNREAD = (1 / 3, 1 / 3, 1 / 3)
"""How the psyche notes a voice that could not be read."""


@dataclass(frozen=True, slots=True)
class CriticScore:
    """What a critic makes of one reply.

    Attributes:
        score: in [0, 1].
        verdict: surrender or revise where that was said of any passage, else continue.
        decisions: one for each passage of the reply, in order; empty where the critic gives none.
    """

    score: float
    verdict: Verdict
    decisions: tuple[Decision, ...] = ()

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Everything that was said about the reply."""
        return tuple(comment for decision in self.decisions for comment in decision.comments)

    @property
    def worst(self) -> Decision | None:
        """The decision that speaks against the reply, the gravest first; None where all let it go on."""
        order = (Verdict.SURRENDER, Verdict.REVISE)
        return next((one for verdict in order for one in self.decisions if one.verdict is verdict), None)


class Critic(Protocol):
    """Whoever judges at night: the council, or a control in its place."""

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """A score for each reply, in order."""
        ...


@dataclass(frozen=True)
class CouncilCritic:
    """A judge of pauses (the council) as a critic of whole replies. Equal passages are heard once a call.

    Attributes:
        judge: who is asked.
        holders: names of those who hold floors.
        floor: what they must give.
        points: where a reply is cut.
        whole: judge each reply once, at its end, instead of at every clause.
    """

    judge: Judge
    holders: frozenset[str] = frozenset()
    floor: float = 0.5
    points: Points = field(default_factory=Points)
    whole: bool = False

    @classmethod
    def of(cls, council: Council, points: Points | None = None, whole: bool = False) -> CouncilCritic:
        """`council`, with its own floors; replies are cut at every logical place, whatever the persona marks by day."""
        holders = frozenset(name for name, archetype in council.archetypes.items() if archetype.holds_floor)
        return cls(council, holders, council.rule.floor, (points or Points()).everywhere, whole)

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        asked = [
            [_pause(conversation, p) for p in passages(reply, self.points, self.whole)] for conversation, reply in said
        ]
        different = list(dict.fromkeys(pause for pauses in asked for pause in pauses))
        heard = dict(zip(different, self._heard(different), strict=True))
        return [self._scored([heard[pause] for pause in pauses], pauses) for pauses in asked]

    def _scored(self, heard: Sequence[Decision | NotTaken], pauses: Sequence[Pause]) -> CriticScore:
        """What was heard of one reply, put together."""
        each = tuple(
            _unheard(pause, i, one) if isinstance(one, NotTaken) else replace(one, pause=i)
            for i, (pause, one) in enumerate(zip(pauses, heard, strict=True))
        )
        whole = not any(isinstance(one, NotTaken) for one in heard)
        return CriticScore(score(each, self.holders, self.floor) if whole else 0.0, verdict(each), each)

    def _heard(self, pauses: Sequence[Pause]) -> list[Decision | NotTaken]:
        """A decision for each; a council's by blocks, which may be shared out."""
        if not isinstance(self.judge, Council):
            return fitted(list(pauses), self.judge.hear)
        blocks = [pauses[start : start + TOGETHER] for start in range(0, len(pauses), TOGETHER)]
        heard = shared_out(self.judge.model, [partial(_hear, self.judge, some) for some in blocks])
        return [decision for some in heard for decision in some]


def _hear(judge: Judge, pauses: Sequence[Pause], progress: Progress) -> list[Decision | NotTaken]:
    return fitted(list(pauses), judge.hear)


def _unheard(pause: Pause, number: int, why: NotTaken) -> Decision:
    """In the place of a decision on a passage that nobody can be asked about."""
    return Decision(number, Verdict.REVISE, pause.passage, reasons=(f"it could not be heard: {why}",))


def score(decisions: Sequence[Decision], holders: frozenset[str], floor: float) -> float:
    """The council score of a reply from the decisions on its passages; see the module."""
    heard = [[one for one in decision.comments if one.probabilities != UNREAD] for decision in decisions]
    if any(decision.comments for decision in decisions):
        means = [fmean(one.probabilities[0] for one in cast) for cast in heard if cast]
    else:  # a judge without voices
        means = [float(decision.verdict is Verdict.CONTINUE) for decision in decisions]
    if not means:
        return 0.0
    aspiration = fmean(means)
    lowest = min(
        (
            one.probabilities[0]
            for decision, cast in zip(decisions, heard, strict=True)
            for one in cast
            if one.archetype in holders or one.archetype == decision.voice
        ),
        default=aspiration,
    )
    together = (lowest + aspiration) / 2
    return together if lowest >= floor else min(lowest, together)


def verdict(decisions: Sequence[Decision]) -> Verdict:
    """What the council says of a whole reply; of one without words, to say something."""
    found = {decision.verdict for decision in decisions} or {Verdict.REVISE}
    return next(one for one in (Verdict.SURRENDER, Verdict.REVISE, Verdict.CONTINUE) if one in found)


def _pause(conversation: Conversation, passage: Passage) -> Pause:
    return Pause(0, passage, with_reply(conversation, passage.before + passage.text))
