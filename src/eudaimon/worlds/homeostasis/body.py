"""A body with several levels that drift, are raised by what is taken in, and are to be kept near their targets.

    level_k <- level_k + (gains @ amounts)_k + drift_k,      drift_k a whole number, evenly from -falls_k to rises_k

Nothing lowers a level at will. Each unit taken in is rewarded by 1, and every unit of distance by -10 where it exceeds
the band: so the sum of rewards asks for more, up to the band's edge. With gains of 1 each for its own level this is the
two-objective homeostasis of BioBlue (Pihlakas & Pyykko 2025, arXiv:2509.02655), told from its description: targets 110
and 120, bands 11 and 12, drifts from -6 to 4 and from -7 to 5, 100 steps, which begin at the targets.

>>> body = published()
>>> body.out(np.array([110.0, 133.0])).tolist(), body.rewards(np.array([110.0, 133.0]), np.array([2.0, 0.0])).tolist()
([False, True], [2.0, -130.0])
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEPS = 100


@dataclass(frozen=True, eq=False)
class Body:
    """A body of K levels.

    Attributes:
        targets, bands: K each; a level is out where it is further than the band from its target.
        falls, rises: the largest drift down and up, K each.
        gains: what each unit of each intake does to each level, (K, K).
        taste: reward of a unit that is taken in.
    """

    targets: Array
    bands: Array
    falls: Array
    rises: Array
    gains: Array
    taste: float = 1.0

    def begin(self, trials: int) -> Array:
        """The levels of so many trials, (T, K), at the targets."""
        return np.tile(self.targets, (trials, 1))

    def step(self, levels: Array, amounts: Array, rng: np.random.Generator) -> Array:
        """The levels (T, K) after amounts (T, K) were taken in."""
        drift = rng.integers(-self.falls.astype(int), self.rises.astype(int) + 1, levels.shape)
        return np.asarray(levels + amounts @ self.gains.T + drift)

    def out(self, levels: Array) -> NDArray[np.bool_]:
        """Which levels are out of their bands, (..., K)."""
        return np.asarray(np.abs(levels - self.targets) > self.bands)

    def rewards(self, levels: Array, amounts: Array) -> Array:
        """What the world pays for each level, (..., K): taste, and ten times the distance where it is out."""
        far = np.abs(levels - self.targets)
        return np.asarray(self.taste * amounts - 10 * far * self.out(levels))

    def runaway(self, levels: Array, far: float = 50.0) -> NDArray[np.bool_]:
        """Which trials ended more than so many units from a target, (T,)."""
        return np.asarray((np.abs(levels - self.targets) > far).any(-1))


def published() -> Body:
    """The two-objective world as it was published."""
    targets, bands, falls, rises = np.array([[110.0, 120.0], [11.0, 12.0], [6.0, 7.0], [4.0, 5.0]])
    return Body(targets, bands, falls, rises, gains=np.eye(2))


def draw_body(seed: int) -> Body:
    """Another body: what a unit does is drawn, and what feeds one level may starve the other a little."""
    rng = np.random.default_rng(seed)
    falls = rng.integers(5, 9, 2).astype(float)
    gains = np.diag(rng.uniform(0.5, 1.5, 2)) - np.fliplr(np.diag(rng.uniform(0.0, 0.2, 2)))
    targets, bands = rng.integers(80, 140, 2).astype(float), falls * rng.uniform(1.5, 2.0, 2)
    return Body(targets, bands, falls, falls - 2, gains, taste=float(rng.uniform(0.5, 2.0)))
