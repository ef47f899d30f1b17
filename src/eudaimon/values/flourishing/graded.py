"""The graded response model with a factor for agreeing: how latent levels become answers.

P(Y_j >= k | theta, xi) = sigma(a_j theta_d(j) + s_j xi - tau_jk)          k = 1 ... K - 1

Samejima 1969, "Estimation of latent ability using a response pattern of graded scores" (Psychometrika Monograph 17).
theta has one dimension a domain, jointly normal with unit variances; xi is a random intercept that pushes answers up
whatever is asked (s_j = 1 for items keyed with their domain, -1 for those keyed against it and scored backwards):
Maydeu-Olivares and Coffman 2006, "Random intercept item factor analysis" (Psychological Methods 11).

In the linear predictor eta the log-likelihood of an answer is concave, with d/d eta = 1 - F_k - F_(k+1) and
d2/d eta2 = -(f_k + f_(k+1)), where F_k = sigma(eta - tau_k), F_0 = 1, F_K = 0 and f = F (1 - F).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Answers = npt.NDArray[np.int64]
MISSING = -1
"""An answer that was not given; it tells nothing."""


@dataclass(frozen=True, slots=True)
class Items:
    """Parameters of J items with K categories.

    Attributes:
        domain: (J,) index of each one's dimension.
        sign: (J,) 1, or -1 where the item is keyed against its domain.
        slope: (J,) a_j > 0.
        threshold: (J, K - 1) tau, increasing along k.
    """

    domain: npt.NDArray[np.int64]
    sign: Array
    slope: Array
    threshold: Array

    @property
    def loadings(self) -> Array:
        """(J, D + 1): what each latent dimension, and xi last, adds to eta."""
        matrix = np.zeros((len(self.slope), int(self.domain.max()) + 2))
        matrix[np.arange(len(self.slope)), self.domain] = self.slope
        matrix[:, -1] = self.sign
        return matrix

    def keyed(self, answers: npt.ArrayLike) -> Answers:
        """Answers (N, J) as given, turned so that more is always more of the domain; and back."""
        given = np.asarray(answers, dtype=np.int64)
        turned = np.where(self.sign < 0, self.threshold.shape[1] - given, given)
        return np.where(given == MISSING, MISSING, turned)


def edges(eta: Array, threshold: Array, answers: Answers) -> tuple[Array, Array]:
    """(F_y, F_(y+1)) at each answer: shapes of `answers`; `threshold` is (J, K - 1) and `eta` like `answers`."""
    padded = np.pad(threshold, ((0, 0), (1, 1)), constant_values=((0, 0), (-np.inf, np.inf)))
    rows = np.arange(threshold.shape[0])
    given = np.maximum(answers, 0)
    low, high = padded[rows, given], padded[rows, given + 1]
    return _sigma(eta - low), _sigma(eta - high)


def log_likelihood(eta: Array, threshold: Array, answers: Answers) -> Array:
    """Log-probability of each answer (N, J); 0 where it is missing."""
    low, high = edges(eta, threshold, answers)
    return np.where(answers == MISSING, 0.0, np.log(np.maximum(low - high, 1e-12)))


def slopes_of(eta: Array, threshold: Array, answers: Answers) -> tuple[Array, Array]:
    """First derivative, and minus the second, of `log_likelihood` in eta."""
    low, high = edges(eta, threshold, answers)
    given = answers != MISSING
    return np.where(given, 1 - low - high, 0.0), np.where(given, low * (1 - low) + high * (1 - high), 0.0)


def probabilities(eta: Array, threshold: Array) -> Array:
    """(N, J, K): the probability of each category."""
    above = _sigma(eta[..., None] - threshold)
    ones, zeros = np.ones((*above.shape[:-1], 1)), np.zeros((*above.shape[:-1], 1))
    return -np.diff(np.concatenate([ones, above, zeros], axis=-1), axis=-1)


def _sigma(x: Any) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
