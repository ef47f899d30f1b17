"""Good enough is a rule, not a mood: a floor that is never traded, an aspiration, and a slow ratchet.

Satisficing (Simon 1955, "A behavioral model of rational choice"): search stops at the first option whose score reaches
the aspiration level; above it nothing is better than anything else. So above it there is no pressure: the pair, the
reward or the gradient is *absent*, not small. The aspiration itself moves in small steps on evidence (aspiration
adaptation, Selten 1998, "Features of experimentally observed bounded rationality"), and never up to perfection.

>>> standard = Standard(floor=0.3, aspiration=0.6)
>>> standard.judge(0.7).value, standard.judge(0.5).value, standard.judge(0.1).value
('good enough', 'below aspiration', 'below floor')
>>> standard.pair(0.5, 0.9), standard.pair(0.7, 0.9)
(1, None)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean, stdev


class Level(StrEnum):
    """Where a score stands."""

    BELOW_FLOOR = "below floor"
    BELOW_ASPIRATION = "below aspiration"
    GOOD_ENOUGH = "good enough"


@dataclass(frozen=True, slots=True)
class Standard:
    """One value's standard, on scores in [0, 1].

    Attributes:
        floor: what may not be undercut, whatever else is gained.
        aspiration: from here on, good enough.
        step: the most that the aspiration moves at once.
        ceiling: the aspiration never rises above it; below 1, since a perfect state is not to be reached.
    """

    floor: float = 0.5
    aspiration: float = 0.5
    step: float = 0.02
    ceiling: float = 0.95

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.aspiration <= self.ceiling <= 1:
            raise ValueError(
                f"a standard needs 0 <= floor <= aspiration <= ceiling <= 1, but floor is {self.floor}, aspiration "
                f"{self.aspiration}, ceiling {self.ceiling}; order them"
            )
        if self.step < 0:
            raise ValueError(f"a standard's step must not be negative, but it is {self.step}; give 0 to hold it still")

    def judge(self, score: float) -> Level:
        """Where `score` stands; NaN stands below the floor, since what cannot be read is no virtue."""
        if score >= self.aspiration:
            return Level.GOOD_ENOUGH
        return Level.BELOW_ASPIRATION if score >= self.floor else Level.BELOW_FLOOR

    def pair(self, a: float, b: float) -> int | None:
        """Which of two scores to prefer (0 or 1), or None where there is to be no pressure.

        Absent when both are good enough, when neither is better, and when even the better one breaks the floor: the
        lesser evil is not something to learn.
        """
        levels = (self.judge(a), self.judge(b))
        if a == b or levels == (Level.GOOD_ENOUGH, Level.GOOD_ENOUGH):
            return None
        better = 0 if a > b else 1
        return None if levels[better] is Level.BELOW_FLOOR else better

    def ratchet(self, scores: Sequence[float]) -> Standard:
        """The standard after `scores` were seen: a' = a + min(step, max(0, L - a)), at most the ceiling.

        L = mean - 1.96 sd / sqrt(n) is a lower confidence bound of the mean, so the aspiration rises only on evidence
        that it is already surpassed. It does not fall: a bad day is no reason to want less.
        """
        if len(scores) < 2:
            return self
        surpassed = fmean(scores) - 1.96 * stdev(scores) / math.sqrt(len(scores)) - self.aspiration
        if not surpassed > 0:
            return self
        return replace(self, aspiration=min(self.ceiling, self.aspiration + min(self.step, surpassed)))
