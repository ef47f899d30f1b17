"""One person's profile from their answers: a level for each domain, how sure it is, and only then one figure.

A level is the mean answer to be expected of a person there, on the domain's own items, from 0 to 1 (the test
characteristic of the graded response model); uncertainty is carried by draws from the posterior.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eudaimon.values.flourishing.fitting import Fit
from eudaimon.values.flourishing.graded import Array, Items, probabilities
from eudaimon.values.flourishing.ontology import Ontology
from eudaimon.values.flourishing.welfare import FAMILY, power_means

CARELESS = 0.5
"""Below this probability of having read, a profile is marked as not to be relied on."""


@dataclass(frozen=True, slots=True)
class Level:
    """A domain's level in [0, 1], with a central 90% interval."""

    domain: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Profile:
    """How a person fares.

    Attributes:
        levels: one a domain; this comes first.
        welfare: (p, value, low, high) for the family of power means, from the most to the least forgiving; this last.
        reliable: False where the answers look as if they were given without reading.
    """

    levels: tuple[Level, ...]
    welfare: tuple[tuple[float, float, float, float], ...]
    reliable: bool

    @property
    def worst(self) -> Level:
        """The domain that fares worst."""
        return min(self.levels, key=lambda level: level.value)

    def __str__(self) -> str:
        lines = [f"{one.domain:<14} {one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for one in self.levels]
        lines += [
            f"power mean, p = {p:g}: {value:.2f} ({low:.2f} to {high:.2f})" for p, value, low, high in self.welfare
        ]
        return "\n".join(
            [*lines, *([] if self.reliable else ["answered without reading, it seems: not to be relied on"])]
        )


def profiles(
    fitted: Fit, domains: Ontology, *, ps: Sequence[float] = FAMILY, draws: int = 400, seed: int = 0
) -> Iterator[Profile]:
    """A profile for each person that `fitted` was fitted to, in order.

    Args:
        fitted: the model and each person's posterior.
        domains: whose names the profiles bear.
        ps: which power means.
        draws: from each posterior.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    found = fitted.posterior
    size = len(domains)
    for mode, covariance, reading in zip(found.mode, found.covariance, found.reading, strict=True):
        theta = rng.multivariate_normal(mode[:size], covariance[:size, :size], draws)
        unread = rng.random(draws) > reading
        theta[unread] = rng.multivariate_normal(
            np.zeros(size), fitted.people.covariance[:size, :size], int(unread.sum())
        )
        levels = expected(theta, fitted.items)
        yield Profile(
            tuple(Level(domain.id, *_summary(levels[:, d])) for d, domain in enumerate(domains)),
            tuple((p, *_summary(power_means(levels, p))) for p in ps),
            bool(reading >= CARELESS),
        )


def expected(theta: Array, items: Items) -> Array:
    """(M, D) levels in [0, 1] for latent levels (M, D): the mean answer expected, over a domain's items, of the top."""
    top = items.threshold.shape[1]
    answers = probabilities(theta @ items.loadings[:, :-1].T, items.threshold) @ np.arange(top + 1) / top
    sums = np.stack([answers[:, items.domain == d].mean(1) for d in range(theta.shape[1])], axis=1)
    return np.asarray(sums)


def _summary(values: Array) -> tuple[float, float, float]:
    low, high = np.quantile(values, (0.05, 0.95))
    return float(values.mean()), float(low), float(high)
