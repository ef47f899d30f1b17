"""Exact bounds of a rate, one-sided at 95% unless told otherwise.

Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial"
(Biometrika 26).

>>> round(rate_upper(0, 300), 4), round(rate_upper(8, 300), 4)
(0.0099, 0.0476)
"""

from __future__ import annotations

from scipy import stats

from eudaimon.errors import ExperimentError


def rate_upper(events: int, trials: int, level: float = 0.95) -> float:
    """The largest rate that `events` in `trials` do not reject: Beta(level; events + 1, trials - events).

    Raises:
        ExperimentError: there are no trials, or more events than trials.
    """
    _check(events, trials)
    return 1.0 if events == trials else float(stats.beta.ppf(level, events + 1, trials - events))


def rate_lower(events: int, trials: int, level: float = 0.95) -> float:
    """The smallest rate that `events` in `trials` do not reject: Beta(1 - level; events, trials - events + 1).

    Raises:
        ExperimentError: there are no trials, or more events than trials.
    """
    _check(events, trials)
    return 0.0 if events == 0 else float(stats.beta.ppf(1 - level, events, trials - events + 1))


def _check(events: int, trials: int) -> None:
    if not 0 <= events <= trials or trials < 1:
        raise ExperimentError(f"a rate needs 0 <= events <= trials and a trial, not {events} of {trials}; count again")
