"""Gold against distance: the forms that over-optimisation was found to have.

Gao, Schulman & Hilton 2022 (arXiv:2210.10760), with d = sqrt(KL(policy || reference)):

    best of n               R(d) = d (alpha - beta d)          peak at alpha / (2 beta)
    reinforcement learning  R(d) = d (alpha - beta log d)      peak at exp(alpha / beta - 1)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Form = Literal["best of n", "rl", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted form.

    Attributes:
        form: which.
        coefficients: alpha and beta (of `linear`, alpha and 0).
        error: mean squared error on what was held out.
    """

    form: Form
    coefficients: tuple[float, float]
    error: float

    @property
    def peak(self) -> float:
        """The d at which gold turns; infinite where the fit never turns (right-censored, not "later")."""
        alpha, beta = self.coefficients
        if beta <= 0 or self.form == "linear":
            return float("inf")
        if self.form == "rl":
            return float(np.exp(min(alpha / beta - 1, 700)))
        return float(alpha / (2 * beta)) if self.form == "best of n" else float(np.sqrt(max(0.0, alpha / (2 * beta))))


def bon_curve(d: Array, alpha: float, beta: float) -> Array:
    """d (alpha - beta d)."""
    return np.asarray(d * (alpha - beta * d))


def rl_curve(d: Array, alpha: float, beta: float) -> Array:
    """d (alpha - beta log d), 0 at 0."""
    return np.asarray(d * (alpha - beta * np.log(np.maximum(d, 1e-300))))


def bon_divergence(n: int) -> float:
    """An upper bound of best-of-n's KL in nats, reached for continuous scores: log n - (n - 1) / n.

    Beirami et al. 2024 (arXiv:2401.01879).
    """
    return float(np.log(n) - (n - 1) / n)


def fit_goodhart(d: Array, gold: Array, held_out: NDArray[np.bool_], form: Form) -> Fit:
    """Least squares on what is not held out, judged on what is (a range of d, so that the form has to foresee).

    Args:
        d: sqrt(KL), (M,).
        gold: gain over the reference, (M,).
        held_out: (M,).
        form: `linear` is alpha d, `quadratic` is alpha KL - beta KL^2; they are what Gao's forms are held against.
    """
    design = {
        "best of n": np.stack([d, -(d**2)], 1),
        "quadratic": np.stack([d**2, -(d**4)], 1),
        "rl": np.stack([d, -d * np.log(np.maximum(d, 1e-300))], 1),
        "linear": np.stack([d, 0 * d], 1),
    }[form]
    found = np.linalg.lstsq(design[~held_out], gold[~held_out], rcond=None)[0]
    missed = design[held_out] @ found - gold[held_out]
    return Fit(form, (float(found[0]), float(found[1])), float(np.mean(missed**2)) if held_out.any() else float("nan"))
