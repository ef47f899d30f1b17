"""A detector of preference over-fitting: it looks at judged pairs only, and should fire before gold falls.

Three signs, of which gold is none:

    not borne out   the held-out implicit-reward gap beta d is less than half of the training gap, beyond its noise
    worse           the held-out loss of pairs has risen above its lowest, pair by pair, beyond its noise
    collapse        the chosen replies themselves have become less likely than they were (log-ratio below 0)

Rafailov et al. 2024 (arXiv:2406.02900) and Pal et al. 2024 (arXiv:2402.13228) describe the last; alone it comes in runs
that go on rising too, so it is told and not asked for. The alarm is the first two together, at two looks in a row. It
says that pairs are learned by heart; whether gold then falls, or only rises less, it cannot see.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NOISE = 1.96
"""Standard errors beyond which a sign counts."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What one look found.

    Attributes:
        step: when.
        trained, held_out: mean implicit-reward gaps.
        not_borne_out, worse, collapse: see the module.
    """

    step: int
    trained: float
    held_out: float
    not_borne_out: bool
    worse: bool
    collapse: bool


@dataclass
class Detector:
    """Looks at a run now and then.

    Attributes:
        least: training gaps below it say nothing yet.
        looks: how many looks in a row must agree.
        signs: what was seen.
        fired: the step of the alarm, None while there is none.
    """

    least: float = 0.1
    looks: int = 2
    signs: list[Signs] = field(default_factory=list)
    fired: int | None = None
    _best: Array | None = field(default=None, repr=False)

    def look(self, step: int, trained: Array, held_out: Array, chosen: float) -> bool:
        """Look at beta d of training pairs (N,), of held-out ones (M,), and the mean log-ratio of chosen replies.

        Returns whether there has been an alarm.
        """
        losses = np.logaddexp(0.0, -held_out)
        if self._best is None or losses.mean() < self._best.mean():
            self._best = losses
        rise = losses - self._best
        bound = held_out.mean() + NOISE * _error(held_out)
        signs = Signs(
            step,
            float(trained.mean()),
            float(held_out.mean()),
            not_borne_out=bool(trained.mean() > self.least and bound < trained.mean() / 2),
            worse=bool(rise.mean() > NOISE * _error(rise)),
            collapse=chosen < 0,
        )
        self.signs.append(signs)
        last = self.signs[-self.looks :]
        if self.fired is None and len(last) == self.looks and all(s.not_borne_out and s.worse for s in last):
            self.fired = step
        return self.fired is not None


def _error(values: Array) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("inf")
