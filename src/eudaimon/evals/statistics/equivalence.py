"""Equivalence by two one-sided tests: a difference that is not significant is not thereby nought; this asks for it.

Schuirmann 1987, "A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence
of average bioavailability" (J. Pharmacokinet. Biopharm. 15).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from eudaimon.evals.statistics.interval import Estimate, interval


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The answer.

    Attributes:
        estimate: mean difference, with its interval at level 1 - 2 alpha.
        p: the larger of the two one-sided p-values.
        equivalent: whether p <= alpha, that is whether the interval lies within the margin.
    """

    estimate: Estimate
    p: float
    equivalent: bool


def tost(
    differences: Sequence[float], margin: float, blocks: Sequence[Hashable] | None = None, alpha: float = 0.05
) -> Equivalence:
    """Whether the mean difference lies within (-margin, margin), by t over lives with births as blocks.

    Raises:
        ExperimentError: there are too few lives.
    """
    estimate = interval(differences, blocks, level=1 - 2 * alpha)
    p = max(estimate.p_above(-margin), estimate.p_below(margin))
    return Equivalence(estimate, p, p <= alpha)
