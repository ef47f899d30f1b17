"""Respondents whose levels are known, some careless, acquiescent or bifactor: to test what scoring recovers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eudaimon.values.flourishing.graded import Answers, Array, Items, probabilities
from eudaimon.values.flourishing.ontology import TOP, Item, Ontology, items

KINDS = ("plain", "acquiescent", "bifactor", "careless")


@dataclass(frozen=True, slots=True)
class Planted:
    """Respondents.

    Attributes:
        answers: (N, J) as given, 0 to 10.
        level: (N, D) true latent levels; unit variance.
        kind: (N,) index into `KINDS`.
        group: (N,) 0 or 1.
        items: the true parameters.
    """

    answers: Answers
    level: Array
    kind: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    items: Items


def plant(
    domains: Ontology,
    persons: int,
    rng: np.random.Generator,
    *,
    slope: tuple[float, float] = (1.8, 3.2),
    shares: tuple[float, float, float, float] = (0.6, 0.15, 0.15, 0.1),
    correlation: float = 0.3,
    general: float = 0.6,
    impact: float = 0.0,
    shifted: dict[int, float] | None = None,
) -> Planted:
    """Draw respondents.

    Args:
        domains: whose items are asked.
        persons: how many.
        rng: draws everything.
        slope: least and greatest discrimination of an item (the logistic model's a).
        shares: of each kind. Acquiescent ones lean by 1.5 logits and 0.5 more or less; of the careless, half answer at
            random and half stay at one place of the scale.
        correlation: between domains, of all but the bifactor ones, in whom a general factor makes `general` of the
            variance of every domain.
        impact: by how much group 1 truly differs in every domain.
        shifted: items that group 1 answers otherwise at equal level: by so many logits (differential functioning).
    """
    every = items(domains)
    number, j = len(domains), len(every)
    kind = rng.choice(4, persons, p=shares)
    group = rng.integers(0, 2, persons)
    shared = np.where(kind == 2, general, correlation)[:, None]
    level = np.sqrt(shared) * rng.normal(size=(persons, 1)) + np.sqrt(1 - shared) * rng.normal(size=(persons, number))
    level = level + impact * group[:, None]
    lean = np.where(kind == 1, 1.5 + 0.5 * rng.normal(size=persons), 0.15 * rng.normal(size=persons))
    true = _items(every, rng, slope)
    eta = np.concatenate([level, lean[:, None]], axis=1) @ true.loadings.T
    for item, by in (shifted or {}).items():
        eta[:, item] += by * group
    chances = probabilities(eta, true.threshold).cumsum(-1)
    keyed = (rng.random((persons, j, 1)) > chances).sum(-1).clip(0, TOP)
    answers = true.keyed(keyed)
    for person in np.where(kind == 3)[0]:
        answers[person] = _careless(j, rng)
    return Planted(answers, level, kind, group, true)


def _items(every: list[tuple[int, Item]], rng: np.random.Generator, slope: tuple[float, float]) -> Items:
    a = rng.uniform(*slope, len(every))
    centre = rng.uniform(-1.2, 0.4, len(every))
    spread = np.sort(rng.normal(np.linspace(-1.6, 1.6, TOP), 0.12, (len(every), TOP)), axis=1)
    signs = np.array([-1.0 if item.keyed == "against" else 1.0 for _, item in every])
    return Items(np.array([d for d, _ in every]), signs, a, a[:, None] * (spread + centre[:, None]))


def _careless(j: int, rng: np.random.Generator) -> Answers:
    if rng.random() < 0.5:
        return rng.integers(0, TOP + 1, j)
    return np.where(rng.random(j) < 0.9, rng.integers(0, TOP + 1), rng.integers(0, TOP + 1, j))
