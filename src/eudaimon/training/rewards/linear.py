"""A linear reward by Bradley and Terry's law: logistic regression on what sets the sides of pairs apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def linear_head(apart: Any, ridge: float = 1.0, weights: Array | None = None) -> Array:
    """The weights w (D,) that minimise sum_i -log sigmoid(w . x_i) + ridge |w|^2 / 2.

    Args:
        apart: features of the chosen side minus those of the rejected one, (N, D), dense or sparse.
        ridge: how dear large weights are.
        weights: of pairs, (N,), all alike by default.
    """
    from scipy.sparse import issparse, vstack
    from sklearn.linear_model import LogisticRegression

    sides: Any = (apart, -apart)
    stack: Any = vstack if issparse(sides[0]) else np.concatenate
    both = stack(sides)
    model = LogisticRegression(C=0.5 / ridge, fit_intercept=False, max_iter=2000)
    model.fit(both, np.repeat([1, 0], both.shape[0] // 2), None if weights is None else np.tile(weights, 2))
    return np.asarray(model.coef_[0])
