"""Worlds drawn at random under a recipe; nothing in them is set by hand.

>>> draw(Recipe(contexts=2, responses=5, objectives=2), seed=0).size
(2, 2, 5)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from eudaimon.worlds.exact.errors import ErrorLaw, variates
from eudaimon.worlds.exact.world import Array, ExactWorld


@dataclass(frozen=True, slots=True)
class Recipe:
    """What sort of world.

    Attributes:
        contexts, responses, objectives, proxies: C, R, K, P.
        conflict: how objectives go together: their correlation is 1 - conflict at 0 <= conflict <= 1 (equal at 0,
            unrelated at 1); beyond 1 it is negative, down to -1 / (K - 1) at K / (K - 1), where they sum to 0.
        tail: degrees of freedom of gold's Student's t; infinite for a normal law.
        sharpness: of the reference: standard deviation of its logits; 0 is uniform.
        error: how proxies err.
    """

    contexts: int = 4
    responses: int = 32
    objectives: int = 1
    proxies: int = 0
    conflict: float = 1.0
    tail: float = math.inf
    sharpness: float = 1.0
    error: ErrorLaw = field(default_factory=ErrorLaw)

    def __post_init__(self) -> None:
        most = self.objectives / (self.objectives - 1) if self.objectives > 1 else 1.0
        if min(self.contexts, self.responses, self.objectives) < 1 or self.proxies < 0:
            raise ValueError(f"a world needs contexts, responses and objectives of 1 or more, but the recipe is {self}")
        if not 0 <= self.conflict <= most:
            raise ValueError(f"{self.objectives} objectives can conflict by 0 to {most:g}, but it is {self.conflict}")


def draw(recipe: Recipe, seed: int) -> ExactWorld:
    """The world of this seed."""
    rng = np.random.default_rng(seed)
    shape = (recipe.contexts, recipe.responses)
    gold = _objectives(recipe, variates(rng, recipe.tail, (recipe.objectives, *shape)))
    logits = recipe.sharpness * rng.standard_normal(shape)
    errors = recipe.error.draw(rng, recipe.proxies, gold.shape)
    return ExactWorld(rng.dirichlet(np.full(recipe.contexts, 5.0)), softmax(logits), gold, gold + errors)


def softmax(logits: Array) -> Array:
    """Over the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def _objectives(recipe: Recipe, plain: Array) -> Array:
    """Independent draws (K, C, R) given the recipe's correlation, by the square root of its matrix."""
    count = recipe.objectives
    wished = np.full((count, count), 1 - recipe.conflict)
    np.fill_diagonal(wished, 1.0)
    values, vectors = np.linalg.eigh(wished)
    root = vectors @ np.diag(np.sqrt(np.clip(values, 0, None))) @ vectors.T
    return np.asarray(np.einsum("ij,jcr->icr", root, plain))
