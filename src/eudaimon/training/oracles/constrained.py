"""The optimum under floors, and what the floors cost.

    max_pi E[r_0] - beta KL(pi || ref)   subject to   E[r_i] >= b_i, i = 1..M

Its dual is convex in the prices lambda >= 0, and smooth:

    g(lambda) = beta sum_c w_c log sum_y ref(y|c) exp((r_0 + lambda . r)(y, c) / beta) - lambda . b

The policy is `tilted` by r_0 + lambda* . r; lambda*_i is what one more unit of floor i costs (Boyd & Vandenberghe 2004,
5.6.3). Dai et al. 2023 (Safe RLHF, arXiv:2310.12773) find it by ascent on samples; here it is solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import InputError
from eudaimon.training.oracles.front import values
from eudaimon.training.oracles.optimum import regularised, tilted
from eudaimon.training.oracles.worst import best_worst

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Constrained:
    """The optimum, with its certificate.

    Attributes:
        policy: (C, R).
        prices: lambda*, (M,).
        value: E[r_0] - beta KL that it reaches.
        bound: g(lambda*): no policy that keeps the floors reaches more.
        slack: E[r_i] - b_i, (M,).
    """

    policy: Array
    prices: Array
    value: float
    bound: float
    slack: Array


def constrained(
    reference: Array, contexts: Array, objective: Array, floored: Array, floors: Array, beta: float
) -> Constrained:
    """Solve it for an objective (C, R), floored rewards (M, C, R) and floors (M,).

    Raises:
        InputError: no policy keeps all floors; says by how much the best one fails.
    """
    from scipy.optimize import minimize

    best = best_worst(floored - floors[:, None, None], contexts)
    if best.value <= 0:
        raise InputError(
            f"no policy keeps all floors: the best one misses the worst of them by {-best.value:.3g}; lower them"
        )

    def dual(prices: Array) -> tuple[float, Array]:
        logits = np.log(reference) + (objective + np.tensordot(prices, floored, 1)) / beta
        top = logits.max(-1)
        mass = np.exp(logits - top[:, None])
        total = mass.sum(-1)
        level = beta * float(contexts @ (top + np.log(total))) - float(prices @ floors)
        return level, values(mass / total[:, None], floored, contexts) - floors

    settings: Any = {"maxiter": 10_000, "ftol": 1e-15, "gtol": 1e-10}
    begin, bounds = np.zeros(len(floors)), [(0.0, None)] * len(floors)
    found = minimize(dual, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=settings)
    prices = np.asarray(found.x, dtype=float)
    policy = tilted(reference, objective + np.tensordot(prices, floored, 1), beta)
    reached = regularised(policy, reference, objective, contexts, beta)
    return Constrained(policy, prices, reached, float(found.fun), values(policy, floored, contexts) - floors)
