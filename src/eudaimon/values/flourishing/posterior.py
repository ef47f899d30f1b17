"""What answers say of a person: a normal posterior of the latent levels, by Laplace's method, for all persons at once.

The log-posterior is concave (see `graded`), so Newton's method finds its one mode; the curvature there is the
posterior's precision (Tierney and Kadane 1986). A person may also have answered without reading: either at random, or
by staying at one place of the scale. Those are classes of a mixture (Yamamoto 1989's HYBRID model); who belongs there
tells nothing, and falls back to what is known of people in general.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eudaimon.values.flourishing.graded import MISSING, Answers, Array, Items, log_likelihood, slopes_of

STAYING = 0.85
"""Probability with which who stays at one place of the scale gives that answer again."""


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of people in general.

    Attributes:
        mean: (G, D + 1) latent means of each group; zero for the first.
        covariance: (D + 1, D + 1), unit variances but for xi, which is independent of the rest.
        careless: share of people who answered without reading.
    """

    mean: Array
    covariance: Array
    careless: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of N persons.

    Attributes:
        mode: (N, D + 1) latent levels of a person who did read.
        covariance: (N, D + 1, D + 1).
        reading: (N,) probability that the person did read.
        evidence: (N,) log-likelihood of the answers.
    """

    mode: Array
    covariance: Array
    reading: Array
    evidence: Array

    @property
    def mean(self) -> Array:
        """(N, D) latent levels: the mode, drawn to 0 as far as the answers may be careless."""
        return np.asarray(self.mode[:, :-1] * self.reading[:, None])

    @property
    def deviation(self) -> Array:
        """(N, D) standard deviations of the latent levels, the doubt whether a person did read included."""
        variance = np.diagonal(self.covariance, axis1=1, axis2=2)[:, :-1]
        read = self.reading[:, None]
        spread = read * variance + (1 - read) + read * (1 - read) * self.mode[:, :-1] ** 2
        return np.asarray(np.sqrt(spread))


def posterior(
    answers: Answers, items: Items, people: Population, groups: np.ndarray | None = None, rounds: int = 25
) -> Posterior:
    """The posterior of each person.

    Args:
        answers: (N, J) keyed answers, `MISSING` where there is none.
        items: their parameters.
        people: the population.
        groups: (N,) group of each person; None: all in the first.
        rounds: of Newton's method, at most.
    """
    loadings = items.loadings
    mean = people.mean[np.zeros(len(answers), dtype=int) if groups is None else groups]
    precision = np.linalg.inv(people.covariance)
    mode = mean.copy()
    for _ in range(rounds):
        first, second = slopes_of(mode @ loadings.T, items.threshold, answers)
        curvature = precision + np.einsum("nj,jd,je->nde", second, loadings, loadings, optimize=True)
        step = np.linalg.solve(curvature, (first @ loadings - (mode - mean) @ precision)[..., None])[..., 0]
        mode = mode + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-5:
            break
    _, second = slopes_of(mode @ loadings.T, items.threshold, answers)
    curvature = precision + np.einsum("nj,jd,je->nde", second, loadings, loadings, optimize=True)
    fit = log_likelihood(mode @ loadings.T, items.threshold, answers).sum(1)
    away = np.einsum("nd,de,ne->n", mode - mean, precision, mode - mean, optimize=True)
    marginal = fit - 0.5 * (away + np.linalg.slogdet(curvature)[1] + np.linalg.slogdet(people.covariance)[1])
    reading, evidence = _reading(answers, items, people.careless, marginal)
    return Posterior(mode, np.linalg.inv(curvature), reading, evidence)


def careless_likelihood(answers: Answers, items: Items) -> Array:
    """Log-likelihood (N,) of answers given without reading: half at random, half staying at one place."""
    categories = items.threshold.shape[1] + 1
    raw, given = items.keyed(answers), answers != MISSING
    random = -given.sum(1) * np.log(categories)
    away = np.log((1 - STAYING) / (categories - 1))
    places = [np.where(raw == k, np.log(STAYING), away) * given for k in range(categories)]
    staying = np.logaddexp.reduce([place.sum(1) for place in places]) - np.log(categories)
    return np.asarray(np.logaddexp(random, staying) - np.log(2))


def _reading(answers: Answers, items: Items, share: float, marginal: Array) -> tuple[Array, Array]:
    if share <= 0:
        return np.ones(len(answers)), marginal
    read = np.log1p(-share) + marginal
    evidence = np.logaddexp(read, np.log(share) + careless_likelihood(answers, items))
    return np.exp(read - evidence), evidence
