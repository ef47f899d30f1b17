"""Preferences over a world's responses, by Bradley and Terry's law: all of them exactly, or some that were drawn.

Bradley & Terry 1952 ("Rank analysis of incomplete block designs"): P(a preferred to b) = sigmoid(r(a) - r(b)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.worlds.exact.world import Array, ExactWorld

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """N judged pairs.

    Attributes:
        contexts, chosen, rejected: places in the world, (N,) each.
    """

    contexts: Places
    chosen: Places
    rejected: Places

    def __len__(self) -> int:
        return len(self.contexts)

    def split(self, share: float) -> tuple[Pairs, Pairs]:
        """The first `share` of the pairs, and the rest; pairs are drawn independently, so that any split is fair."""
        cut = round(share * len(self))
        return tuple(Pairs(self.contexts[s], self.chosen[s], self.rejected[s]) for s in (slice(cut), slice(cut, None)))  # type: ignore[return-value]

    @classmethod
    def drawn(
        cls, world: ExactWorld, reward: Array, count: int, rng: np.random.Generator, flipped: float = 0.0
    ) -> Pairs:
        """Contexts by their frequency, two different responses by the reference, judged by `reward` (C, R).

        Args:
            world: where.
            reward: what the judge goes by.
            count: N.
            rng: the source of chance.
            flipped: share of labels that are turned round afterwards.
        """
        contexts = rng.choice(len(world.contexts), count, p=world.contexts)
        scores = np.log(world.reference[contexts]) + rng.gumbel(size=(count, world.reference.shape[1]))
        first, second = np.argsort(-scores, axis=1)[:, :2].T  # two without replacement (Gumbel top-2)
        wins = rng.random(count) < _sigmoid(reward[contexts, first] - reward[contexts, second])
        wins ^= rng.random(count) < flipped
        return cls(contexts, np.where(wins, first, second), np.where(wins, second, first))


def preference(reward: Array) -> Array:
    """P(a preferred to b) for all pairs of responses, (C, R, R), from a reward (C, R)."""
    return _sigmoid(reward[:, :, None] - reward[:, None, :])


def _sigmoid(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
