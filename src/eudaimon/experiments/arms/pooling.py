"""Judges that make one figure of what several voices give, and hold no floors: rivals of the council's own rule.

With p_tj as voice j lets passage t of a reply go on, and s_tj as it lets go of it,

    score   = pool_tj p_tj
    verdict = surrender where 1 - pool_j (1 - s_tj) reaches the rule's threshold,
              else continue where pool_j p_tj does, else revise

so that the mean is the sum of all voices, the minimum lets the worst decide, and either of one voice is that voice
alone. Who could not be read abstains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean

from eudaimon.dialogue import UNHEARD, Comment, Verdict
from eudaimon.experiments.arms.critics import JUDGE
from eudaimon.experiments.arms.nights import council
from eudaimon.life import Life, Manner
from eudaimon.night import CouncilCritic, Critic, CriticScore, Said
from eudaimon.night.critic import UNREAD
from eudaimon.psyche import Council, Everyone, Heard, Pool, Rule, Ruling, load_archetypes, read_pools

Merge = Callable[[Sequence[float]], float]
"""One figure of several in [0, 1], each from a voice that says how good something is: `fmean`, `min`."""
Judging = Callable[[Life], Critic]


def judges(best: str) -> dict[str, Judging]:
    """Who may judge a night, by name: the sum of all voices, the worst of them, the council, the voice `best` alone,
    and the judge of good or not. The sum asks everybody, so that all after it find their answers known."""
    voices = everybody()
    return {
        "sum": partial(pooled, names=voices, merge=fmean),
        "worst-of": partial(pooled, names=voices, merge=min),
        "council": council,
        "single": partial(pooled, names=(best,), merge=fmean),
        "generic": partial(pooled, names=(JUDGE.name,), merge=fmean),
    }


def everybody() -> Pool:
    """The pool that a life's council is drawn from."""
    return read_pools(load_archetypes())[Manner().pool]


def pooled(life: Life, names: Pool, merge: Merge) -> Critic:
    """One figure of what `names` give, in the place of the council; the generic judge may be among them."""
    archetypes = {**life.archetypes, JUDGE.name: JUDGE}
    rule = Together(merge=merge)
    together = Council(life.model, archetypes, Everyone(names), rule, comment_tokens=life.manner.comment_tokens)
    return Pooled(CouncilCritic.of(together, life.nights.speech.points, life.nights.whole), merge)


@dataclass(frozen=True, slots=True)
class Together(Rule):
    """A rule that knows no floors: what all who could be read give together.

    Attributes:
        merge: what they give, of what each gives.
    """

    merge: Merge = fmean

    def decide(self, cast: Sequence[Heard], act: bool = False) -> Ruling:
        """See `Rule.decide`."""
        heard = [one for one in cast if one.parsed]
        if not heard:
            return Ruling(self.unheard_act if act else self.unheard, (UNHEARD,), heard=False)
        goes_on = self.merge([one.lets_go_on for one in heard])
        lets_go = 1 - self.merge([1 - one.lets_go for one in heard])
        verdict = Verdict.CONTINUE if goes_on >= self.aspiration else Verdict.REVISE
        verdict = Verdict.SURRENDER if lets_go >= self.surrender else verdict
        return Ruling(verdict, (f"together they give continue {goes_on:.2f} and surrender {lets_go:.2f}",))


@dataclass(frozen=True)
class Pooled:
    """A critic whose score is one figure of what all voices give to all passages of a reply.

    Attributes:
        critic: who hears them; its verdicts stay.
        merge: the score, of the probabilities of going on.
    """

    critic: Critic
    merge: Merge

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        return [replace(one, score=self._together(one.comments)) for one in self.critic.score(said)]

    def _together(self, comments: Sequence[Comment]) -> float:
        read = [one.probabilities[0] for one in comments if one.probabilities != UNREAD]
        return self.merge(read) if read else 0.0
