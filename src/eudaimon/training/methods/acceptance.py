"""Knowing that not everything can be had at once, and stopping there.

Several objectives, each with an aspiration. Effort is a game: weights move to whatever is worst off, the policy replies
best to them, and the average of its replies nears the best worst objective (multiplicative weights: Freund & Schapire
1999, "Adaptive game playing using multiplicative weights"). After every step two numbers are known: the worst objective
of the average so far, and a bound that no policy exceeds (any weights give one; `oracles.worst`). So effort ends for a
reason: all is *good enough*; it *cannot be*, for the bound is below the aspiration, and the weights say which
objectives stand against each other; or it *cannot be told*, for the two numbers are nearer to each other than utilities
are known. Aspirations are compared with and never moved.

>>> torn = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
>>> accept(torn, np.ones(1), 0.8).reason.value, accept(torn, np.ones(1), 0.4).reason.value
('cannot be', 'good enough')
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Reason(StrEnum):
    """Why effort ended."""

    GOOD_ENOUGH = "good enough"
    CANNOT_BE = "cannot be"
    CANNOT_BE_TOLD = "cannot be told"
    SPENT = "effort spent"


@dataclass(frozen=True, eq=False)
class Acceptance:
    """Where effort ended, and what is known there.

    Attributes:
        reason: why.
        policy: the average of the replies, (C, R).
        worst: its worst objective.
        bound: no policy's worst objective exceeds it.
        conflict: weights of the objectives, (K,): those that stand against each other have the most.
        steps: of effort.
    """

    reason: Reason
    policy: Array
    worst: float
    bound: float
    conflict: Array
    steps: int

    def unreachable(self, aspiration: float, error: float = 0.0) -> float:
        """How sure it is that the aspiration cannot be reached, given the standard error of its utilities' sums."""
        margin = aspiration - (self.worst + self.bound) / 2
        spread = math.hypot(error, (self.bound - self.worst) / 2) + 1e-12
        return 0.5 * (1 + math.erf(margin / spread / math.sqrt(2)))


def accept(utilities: Array, contexts: Array, aspiration: float, error: float = 0.0, most: int = 2000) -> Acceptance:
    """Try to bring every objective to the aspiration, for utilities (K, C, R) and frequencies (C,).

    Args:
        utilities: what is believed of each objective.
        contexts: how often each context comes.
        aspiration: what is wished for of each.
        error: standard error of what is believed of a policy's worst objective.
        most: steps of effort.
    """
    objectives, count, responses = utilities.shape
    scale = float(np.ptp(utilities)) + 1e-12
    losses, said = np.zeros(objectives), np.zeros((count, responses))
    bound, conflict, every = math.inf, np.full(objectives, 1 / objectives), np.arange(count)
    for step in range(1, most + 1):
        rate = math.sqrt(8 * math.log(max(2, objectives)) / step) / scale
        weights = np.exp(-rate * (losses - losses.min()))
        weights /= weights.sum()
        mixed = np.tensordot(weights, utilities, 1)
        reply, level = mixed.argmax(-1), float(contexts @ mixed.max(-1))
        if level < bound:
            bound, conflict = level, weights
        said[every, reply] += 1
        losses += contexts @ utilities[:, every, reply].T
        worst = float(losses.min() / step)
        if worst >= aspiration or bound < aspiration:
            reason = Reason.GOOD_ENOUGH if worst >= aspiration else Reason.CANNOT_BE
            return Acceptance(reason, said / step, worst, bound, conflict, step)
        if bound - worst < error:
            return Acceptance(Reason.CANNOT_BE_TOLD, said / step, worst, bound, conflict, step)
    return Acceptance(Reason.SPENT, said / most, worst, bound, conflict, most)
