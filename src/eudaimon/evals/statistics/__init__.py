"""How sure a figure is: intervals over lives, corrections, and what chance alone would give.

Every function says where its formula comes from; none draws random numbers without a seed.
"""

from eudaimon.evals.statistics.auroc import auroc, auroc_interval
from eudaimon.evals.statistics.equivalence import Equivalence, tost
from eudaimon.evals.statistics.information import (
    binned,
    conditional_information,
    information_test,
    joint_counts,
    permuted_tables,
)
from eudaimon.evals.statistics.interval import Estimate, exactly, interval, paired
from eudaimon.evals.statistics.profiles import correlated, forecast, foreseeable, standardised
from eudaimon.evals.statistics.rates import rate_lower, rate_upper
from eudaimon.evals.statistics.several import holm
from eudaimon.evals.statistics.variance import Permuted, eta_squared, eta_squared_test

__all__ = [
    "Equivalence",
    "Estimate",
    "Permuted",
    "auroc",
    "auroc_interval",
    "binned",
    "conditional_information",
    "correlated",
    "eta_squared",
    "eta_squared_test",
    "exactly",
    "forecast",
    "foreseeable",
    "holm",
    "information_test",
    "interval",
    "joint_counts",
    "paired",
    "permuted_tables",
    "rate_lower",
    "rate_upper",
    "standardised",
    "tost",
]
