"""Item parameters and population from answers alone, by expectation and maximisation.

E step: `posterior`, a normal for each person. M step: each item's slope and thresholds maximise its expected
log-likelihood, an integral over one normal variable (eta) by Gauss-Hermite quadrature, weighted by how surely the
person did read; the population's moments follow in closed form. Variational form of marginal maximum likelihood
(Bock and Aitkin 1981, Psychometrika 46); latent variances are set to 1 and slopes take up their scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from eudaimon.errors import InputError
from eudaimon.values.flourishing.graded import MISSING, Answers, Array, Items, edges
from eudaimon.values.flourishing.posterior import Population, Posterior, posterior

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Attributes:
        items: parameters of the items.
        people: the population.
        answers: (N, J) keyed answers that it was fitted to.
        groups: (N,) group of each person.
        posterior: of each person.
        history: summed log-likelihood after each round.
    """

    items: Items
    people: Population
    answers: Answers
    groups: npt.NDArray[np.int64]
    posterior: Posterior
    history: tuple[float, ...]


def fit(
    answers: npt.ArrayLike,
    domain: npt.ArrayLike,
    sign: npt.ArrayLike,
    top: int,
    groups: npt.ArrayLike | None = None,
    *,
    careless: bool = True,
    acquiescence: bool = True,
    rounds: int = 60,
    tolerance: float = 1e-4,
    progress: Callable[[int, float], None] = lambda done, likelihood: None,
) -> Fit:
    """Fit items and population to `answers`.

    Args:
        answers: (N, J), from 0 to `top` as given; -1 where none was.
        domain: (J,) index of each item's domain.
        sign: (J,) 1, or -1 where the item is keyed against its domain.
        top: the highest answer.
        groups: (N,) group of each person, whose means may differ; None for one group.
        careless: whether some may have answered without reading.
        acquiescence: whether some agree more than others whatever is asked.
        rounds: at most so many.
        tolerance: stops when a round gains less log-likelihood a person.
        progress: called after each round with its number and the log-likelihood.

    Raises:
        InputError: answers out of range, or fewer than 50 persons.
    """
    items = _start(np.asarray(answers), np.asarray(domain), np.asarray(sign, dtype=float), top)
    keyed = items.keyed(np.asarray(answers))
    group = np.zeros(len(keyed), dtype=np.int64) if groups is None else np.asarray(groups, dtype=np.int64)
    size = int(items.domain.max()) + 2
    start = np.diag([1.0] * (size - 1) + [0.3 if acquiescence else 1e-4])
    people = Population(np.zeros((int(group.max()) + 1, size)), start, 0.05 if careless else 0.0)
    history: list[float] = []
    for number in range(rounds):
        found = posterior(keyed, items, people, group)
        history.append(float(found.evidence.sum()))
        progress(number, history[-1])
        if number > 3 and history[-1] - history[-2] < tolerance * len(keyed):
            break
        items = _items(items, keyed, found)
        items, people = _population(items, people, found, group, acquiescence)
    return Fit(items, people, keyed, group, posterior(keyed, items, people, group), tuple(history))


def _start(answers: Answers, domain: npt.NDArray[np.int64], sign: Array, top: int) -> Items:
    if len(answers) < 50:
        raise InputError(f"{len(answers)} persons are too few to fit items to; give 50 at least, or fixed parameters")
    if answers.min() < MISSING or answers.max() > top:
        raise InputError(
            f"answers go from 0 to {top} (-1 for none), but some go from {answers.min()} to {answers.max()}"
        )
    blank = Items(domain, sign, np.full(len(domain), 1.5), np.zeros((len(domain), top)))
    keyed = blank.keyed(answers)
    rows = []
    for column in keyed.T:
        given = column[column != MISSING]
        above = np.array([(given >= k).mean() for k in range(1, top + 1)])
        rows.append(np.sort(-1.8 * _logit(np.clip(above, 0.5 / len(given), 1 - 0.5 / len(given)))))
    return replace(blank, threshold=np.array(rows) + 1e-3 * np.arange(top))


def _items(items: Items, answers: Answers, found: Posterior) -> Items:
    new = [_item(items, j, answers[:, j], found) for j in range(len(items.slope))]
    return replace(items, slope=np.array([one[0] for one in new]), threshold=np.array([one[1] for one in new]))


def _item(items: Items, j: int, answers: Answers, found: Posterior) -> tuple[float, Array]:
    """The slope and thresholds of item `j` that maximise its expected log-likelihood."""
    given = answers != MISSING
    d, sign = int(items.domain[j]), float(items.sign[j])
    weight, level, lean = (part[given] for part in (found.reading, found.mode[:, d], sign * found.mode[:, -1]))
    covariance = found.covariance[given]
    own, cross, lean_variance = covariance[:, d, d], sign * covariance[:, d, -1], covariance[:, -1, -1]
    chosen = answers[given][:, None] * np.ones(len(_NODES), dtype=np.int64)
    scale = float(weight.sum())

    def cost(parameters: Array) -> tuple[float, Array]:
        slope, threshold, widths = parameters[0], *_thresholds(parameters[1:])
        deviation = np.sqrt(np.maximum(slope**2 * own + 2 * slope * cross + lean_variance, 1e-9))
        eta = (slope * level + lean)[:, None] + deviation[:, None] * _NODES
        low, high = edges(eta.ravel(), np.tile(threshold, (eta.size, 1)), chosen.ravel())
        p = np.maximum(low - high, 1e-12).reshape(eta.shape)
        low, high = low.reshape(eta.shape), high.reshape(eta.shape)
        mass = weight[:, None] * _WEIGHTS / scale
        along = level[:, None] + _NODES * ((slope * own + cross) / deviation)[:, None]
        slope_gradient = (mass * (1 - low - high) * along).sum()
        lower, upper = mass * low * (1 - low) / p, mass * high * (1 - high) / p
        by_answer = [np.bincount(chosen[:, 0], part.sum(1), len(threshold) + 1) for part in (lower, upper)]
        gradient = -by_answer[0][1:] + by_answer[1][:-1]
        chained = np.concatenate([[gradient.sum()], np.cumsum(gradient[::-1])[::-1][1:] * widths])
        return -float((mass * np.log(p)).sum()), -np.concatenate([[slope_gradient], chained])

    start = np.concatenate([[items.slope[j]], _unthresholds(items.threshold[j])])
    bounds = [(0.05, 8.0), *[(-15.0, 15.0)], *[(-7.0, 3.0)] * (len(start) - 2)]
    best = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 12})
    return float(best.x[0]), _thresholds(best.x[1:])[0]


def _population(
    items: Items, people: Population, found: Posterior, groups: npt.NDArray[np.int64], acquiescence: bool
) -> tuple[Items, Population]:
    weight = found.reading
    means = np.array([np.average(found.mode[groups == g], axis=0, weights=weight[groups == g] + 1e-9)
                      for g in range(people.mean.shape[0])])  # fmt: skip
    means = means - means[0] if len(means) > 1 else np.zeros_like(means)
    away = found.mode - means[groups]
    spread = np.einsum("n,nd,ne->de", weight, away, away) + np.einsum("n,nde->de", weight, found.covariance)
    spread /= weight.sum()
    spread[-1, :-1] = spread[:-1, -1] = 0.0
    scale = np.sqrt(np.diag(spread))
    scale[-1] = 1.0
    covariance = spread / np.outer(scale, scale)
    covariance[-1, -1] = max(covariance[-1, -1], 1e-4) if acquiescence else 1e-4
    share = float(np.clip(1 - weight.mean(), 1e-3, 0.6)) if people.careless else 0.0
    scaled = replace(items, slope=np.clip(items.slope * scale[items.domain], 0.05, 8.0))
    return scaled, Population(means / scale, covariance, share)


def _thresholds(parameters: Array) -> tuple[Array, Array]:
    widths = np.exp(parameters[1:])
    return np.concatenate([[parameters[0]], parameters[0] + np.cumsum(widths)]), widths


def _unthresholds(threshold: Array) -> Array:
    return np.asarray(np.concatenate([[threshold[0]], np.log(np.clip(np.diff(threshold), 1e-3, 20.0))]))


def _logit(p: Array) -> Array:
    return np.asarray(np.log(p) - np.log1p(-p))
