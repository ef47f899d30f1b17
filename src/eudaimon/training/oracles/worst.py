"""The best that the worst objective can be: the certificate that there is no perfect state.

    t* = max_pi min_i E_pi[u_i]        a linear program over stochastic policies

Its dual is a weighting w of the objectives with max_pi sum_i w_i E_pi[u_i] = t*. Whoever doubts t* need not trust the
solver: for any weights w on the simplex, sum_c p_c max_y sum_i w_i u_i(y, c) is an upper bound on every policy's worst
objective, and `Worst.bound` is that sum, computed anew. With utilities that are at most 1 each, a bound below 1 proves
that no policy whatever satisfies all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Worst:
    """The answer with its certificate.

    Attributes:
        value: the worst objective of `policy`.
        policy: (C, R).
        weights: of the objectives, (K,), on the simplex.
        bound: no policy's worst objective exceeds it, whatever the solver did.
    """

    value: float
    policy: Array
    weights: Array
    bound: float

    def never(self, perfect: float = 1.0, margin: float = 1e-9) -> bool:
        """Whether it is certain that no policy gives `perfect` to every objective."""
        return self.bound < perfect - margin


def best_worst(utilities: Array, contexts: Array) -> Worst:
    """Solve it for utilities (K, C, R) and context frequencies (C,), by HiGHS.

    Raises:
        InputError: the solver found no optimum (utilities that are not finite).
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, kron

    objectives, count, responses = utilities.shape
    weighed = (utilities * contexts[None, :, None]).reshape(objectives, -1)
    above = hstack([csr_array(-weighed), csr_array(np.ones((objectives, 1)))], format="csr")
    rows = kron(eye_array(count), np.ones((1, responses)))
    simplex = hstack([rows, csr_array((count, 1))], format="csr")
    cost = np.append(np.zeros(count * responses), -1.0)
    limits = [(0.0, None)] * (count * responses) + [(None, None)]
    solve: Any = linprog  # its stubs do not know sparse arrays
    found = solve(cost, above, np.zeros(objectives), simplex, np.ones(count), bounds=limits, method="highs")
    if found.status != 0:
        raise InputError(f"the best worst objective could not be found: {found.message} Give finite utilities.")
    policy = np.clip(found.x[:-1].reshape(count, responses), 0, None)
    policy /= policy.sum(-1, keepdims=True)
    weights = np.clip(-np.asarray(found.ineqlin.marginals), 0, None)
    weights /= weights.sum()
    worst = float(np.einsum("c,cr,kcr->k", contexts, policy, utilities).min())
    return Worst(worst, policy, weights, weighted_best(utilities, contexts, weights))


def weighted_best(utilities: Array, contexts: Array, weights: Array) -> float:
    """max_pi sum_i w_i E_pi[u_i]: for weights on the simplex, an upper bound on every policy's worst objective."""
    return float(contexts @ np.tensordot(weights, utilities, 1).max(-1))
