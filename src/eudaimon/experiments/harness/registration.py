"""What is fixed before an experiment is run: the claim, the metric, the thresholds, the units and the controls."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate

Sense = Literal[">=", ">", "<=", "<"]
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
CONFIRMATORY = 1000
"""Villages from this number on are for confirmatory runs alone, and every such run is counted."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One figure, and where it has to be.

    Attributes:
        name: of the figure; what `analyse` calls it.
        sense, threshold: where it has to be.
        judged: by the worse end of its 95% interval (`bound`), by itself (`value`), or as a p-value (`p`).
    """

    name: str
    sense: Sense
    threshold: float
    judged: Literal["bound", "value", "p"] = "bound"

    @property
    def upward(self) -> bool:
        """Whether more is better."""
        return self.sense in (">=", ">")

    def met(self, estimate: Estimate) -> bool:
        """Whether the figure is where it has to be."""
        worse = estimate.low if self.upward else estimate.high
        return _COMPARE[self.sense](worse if self.judged == "bound" else estimate.value, self.threshold)

    def holds(self, value: float) -> bool:
        """Whether a bare figure, without its interval, is on the right side."""
        return _COMPARE[self.sense](value, self.threshold)

    def p(self, estimate: Estimate) -> float | None:
        """One-sided p-value against the figure being on the wrong side; None where it is judged without one."""
        if self.judged == "value":
            return None
        if self.judged == "p":
            return estimate.value
        return estimate.p_above(self.threshold) if self.upward else estimate.p_below(self.threshold)

    @property
    def text(self) -> str:
        """In words, for tables; how it is judged included."""
        by = {"bound": "95% bound", "value": "value", "p": "p-value"}[self.judged]
        return f"{self.name} {self.sense} {self.threshold:g} ({by})"


@dataclass(frozen=True, slots=True)
class Registration:
    """An experiment before its result.

    Attributes:
        name: of the experiment, its file and its result.
        claim: the seed's sentence, verbatim.
        hypothesis: what would be seen here if it were so.
        metric: what is measured.
        criteria: what has to be where; all of them, for the claim to be met. The first one is the primary figure.
        unit: what counts as one independent observation.
        controls: the arms and null models whose figures stand beside it.
        analysis: how figures become estimates, in words; the code is `analyse` in the same file.
        lives: how many lives (birth x village x night seed).
        births: over how many births they are spread.
        first_village: the first confirmatory village; life i lives in the i-th after it.
        conversations: of the test split, a life.
        per_family: whether the primary figure is given for each family of the hidden prior too; False only where it
            does not depend on hidden state.
    """

    name: str
    claim: str
    hypothesis: str
    metric: str
    criteria: tuple[Criterion, ...]
    unit: str
    controls: tuple[str, ...]
    analysis: str
    lives: int = 8
    births: int = 4
    first_village: int = CONFIRMATORY
    conversations: int = 300
    per_family: bool = True

    def __post_init__(self) -> None:
        if not self.criteria or self.first_village < CONFIRMATORY or not 1 <= self.births <= self.lives:
            raise ValueError(
                f"the registration '{self.name}' needs a criterion, a first village of {CONFIRMATORY} or more and at "
                f"least as many lives as births; it has {len(self.criteria)}, {self.first_village}, {self.lives} and "
                f"{self.births}"
            )

    @property
    def primary(self) -> Criterion:
        """The criterion whose figure stands for the experiment."""
        return self.criteria[0]

    @property
    def threshold(self) -> str:
        """All criteria in words."""
        return "; ".join(criterion.text for criterion in self.criteria)
