"""Worlds in which responses have features, so that what is learned of one is learned of those like it.

Gold's objectives are each a weighted sum of features of their own; the rest of the features means nothing and is there
to be mistaken for something. Everything is drawn.

>>> made = draw_featured(Featuring(contexts=2, responses=5, features=8, objectives=2, each=3), seed=0)
>>> made.world.size, made.features.shape
((2, 2, 5), (2, 5, 8))
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eudaimon.worlds.exact.drawing import softmax
from eudaimon.worlds.exact.errors import variates
from eudaimon.worlds.exact.world import Array, ExactWorld


@dataclass(frozen=True, slots=True)
class Featuring:
    """What sort of world.

    Attributes:
        contexts, responses, features, objectives: C, R, D, K.
        each: features that make one objective; objectives share none.
        tail: degrees of freedom of the features' Student's t; infinite for a normal law.
        sharpness: standard deviation of the reference's logits; 0 is uniform.
    """

    contexts: int = 20
    responses: int = 40
    features: int = 120
    objectives: int = 1
    each: int = 6
    tail: float = math.inf
    sharpness: float = 0.0

    def __post_init__(self) -> None:
        if self.objectives * self.each > self.features:
            raise ValueError(
                f"{self.objectives} objectives of {self.each} features each need as many, but there are {self.features}"
            )


@dataclass(frozen=True, eq=False)
class FeaturedWorld:
    """A world with its features, (C, R, D), of variance 1 where their law has one.

    Attributes:
        world: objectives have standard deviation 1 over contexts and responses.
        features: what can be learned from.
    """

    world: ExactWorld
    features: Array


def draw_featured(how: Featuring, seed: int) -> FeaturedWorld:
    """The world of this seed."""
    rng = np.random.default_rng(seed)
    shape = (how.contexts, how.responses)
    features = variates(rng, how.tail, (*shape, how.features))
    if 2 < how.tail < math.inf:
        features *= math.sqrt((how.tail - 2) / how.tail)
    own = features[..., : how.objectives * how.each].reshape(*shape, how.objectives, how.each)
    gold = np.einsum("crke,ke->kcr", own, rng.standard_normal((how.objectives, how.each)))
    gold /= gold.std((1, 2), keepdims=True)
    reference = softmax(how.sharpness * rng.standard_normal(shape))
    contexts = np.full(how.contexts, 1 / how.contexts)
    return FeaturedWorld(ExactWorld(contexts, reference, gold, np.zeros((0, *gold.shape))), features)
