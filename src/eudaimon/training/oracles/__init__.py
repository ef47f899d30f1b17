"""What training should find, computed: functions of arrays over worlds that can be enumerated.

Shapes everywhere: contexts (C,), policies and rewards (C, R), objectives (K, C, R). KL in nats.
"""

from eudaimon.training.oracles.bestof import best_of
from eudaimon.training.oracles.constrained import Constrained, constrained
from eudaimon.training.oracles.fits import bradley_terry, ipo_optimum
from eudaimon.training.oracles.front import (
    beta_within,
    curved_front,
    hypervolume,
    normalised_hypervolume,
    pareto,
    vertices,
)
from eudaimon.training.oracles.optimum import divergence, forward_optimum, regularised, tilted, value
from eudaimon.training.oracles.quantilizer import quantilizer, quantilizer_bound
from eudaimon.training.oracles.worst import Worst, best_worst

__all__ = [
    "Constrained",
    "Worst",
    "best_of",
    "best_worst",
    "beta_within",
    "bradley_terry",
    "constrained",
    "curved_front",
    "divergence",
    "forward_optimum",
    "hypervolume",
    "ipo_optimum",
    "normalised_hypervolume",
    "pareto",
    "quantilizer",
    "quantilizer_bound",
    "regularised",
    "tilted",
    "value",
    "vertices",
]
