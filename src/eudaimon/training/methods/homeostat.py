"""A keeper of set-points around any model: it chooses among what is proposed, and knows no equation of the world.

It sees levels, amounts and what became of them, and learns from that alone how amounts move levels (recursive least
squares from nothing: Plackett 1950). Of every proposal it may leave any part undone, so that letting go is always
possible; more or other than was proposed it never does. An option is *good enough* where every level is foreseen within
its band by a margin of the keeper's own uncertainty, and, where there was drive already, near the middle (hysteresis,
`SetPoint.pressed`). Where the model's first proposal is good enough it is taken as it comes: there is no pressure. Else
the first option that is, and where none is, the one with the least drive, the sum of fourth powers of distances in
bands (Keramati & Gutkin 2014): the worst level weighs by far most, so that small gains do not pay for it. What amounts
do is drawn from what it believes (Thompson 1933), so that it does not go on believing that something helps nothing
which it never tried; while it can foresee nothing yet it takes little.

>>> keeper = Homeostat([SetPoint(10, 2), SetPoint(20, 2)])
>>> for amount in ([3, 0], [0, 3], [1, 2], [2, 1]) * 5:
...     keeper.saw([10, 20], amount, [10 + amount[0], 20 + amount[1]])
>>> keeper.choose([10.0, 20.0], [[0, 1], [9, 9]]).tolist(), keeper.choose([5.0, 20.0], [[0, 0], [4, 9]]).tolist()
([0.0, 1.0], [4.0, 0.0])
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eudaimon.training.methods.setpoints import SetPoint

Array = NDArray[np.float64]
TRUST = 4
"""Steps that have to be seen before anything is foreseen."""
POWER = 4
MARGIN = 2.0
"""Standard errors of its own foresight that a level is kept from the band's edge."""


class Homeostat:
    """The keeper of K set-points. They are given once, and nothing that is proposed or seen moves them.

    Args:
        points: the set-points. All is reckoned in their mean band, so that units do not matter.
        seed: of what is drawn.
    """

    def __init__(self, points: Sequence[SetPoint], seed: int = 0) -> None:
        self._chance = np.random.default_rng(seed)
        self._points = tuple(points)
        self._targets = np.array([float(point.target) for point in points])
        self._bands = np.array([float(point.band) for point in points])
        self._unit = float(self._bands.mean())
        size = len(self._points) + 1
        self._inverse, self._effects = 10 * np.eye(size), np.zeros((size, size - 1))
        self._missed, self._seen = np.zeros(size - 1), 0
        self._pressed = [False] * (size - 1)

    @property
    def points(self) -> tuple[SetPoint, ...]:
        """What is wished for."""
        return self._points

    @property
    def ready(self) -> bool:
        """Whether enough was seen to foresee anything."""
        return self._seen >= TRUST

    @property
    def error(self) -> Array:
        """The standard deviation of what was foreseen wrongly, (K,)."""
        return self._unit * np.sqrt(self._missed / max(1, self._seen))

    def foreseen(self, levels: ArrayLike, amounts: ArrayLike, effects: Array | None = None) -> Array:
        """Levels (N, K) after each of N amounts (N, K), by what it believes, or by effects that were drawn."""
        taken = np.atleast_2d(np.asarray(amounts, dtype=float)) / self._unit
        known = np.concatenate([taken, np.ones((len(taken), 1))], 1)
        return np.asarray(
            np.asarray(levels, dtype=float) + self._unit * known @ (self._effects if effects is None else effects)
        )

    def saw(self, before: ArrayLike, amounts: ArrayLike, after: ArrayLike) -> None:
        """Learn from one step."""
        known = np.append(np.asarray(amounts, dtype=float) / self._unit, 1.0)
        moved = (np.asarray(after, dtype=float) - np.asarray(before, dtype=float)) / self._unit
        missed = moved - known @ self._effects
        lever = 1 + float(known @ self._inverse @ known)
        self._missed = self._missed + missed**2 / lever
        gain = self._inverse @ known / lever
        self._effects = self._effects + np.outer(gain, missed)
        self._inverse = self._inverse - np.outer(gain, known @ self._inverse)
        self._seen += 1

    def choose(self, levels: ArrayLike, proposals: ArrayLike) -> Array:
        """The amounts (K,) to take, of N proposals (N, K); the first one is what the model would do alone."""
        here, every = np.asarray(levels, dtype=float), options(proposals)
        told = zip(self._points, here, self._pressed, strict=True)
        self._pressed = [point.pressed(level, before) for point, level, before in told]
        if not self.ready:
            totals, places = np.unique(every.sum(-1), return_index=True)
            return np.asarray(every[places[min(self._seen, len(totals) - 1)]])
        far = np.abs(self.foreseen(here, every, self._drawn()) - self._targets)
        good = (far <= self._room()).all(-1)
        drive = ((far / self._bands) ** POWER).sum(-1)
        return np.asarray(every[good.argmax() if good.any() else drive.argmin()])

    def within(self, levels: ArrayLike, amounts: ArrayLike) -> Array:
        """The chance that each level will be in its band after these amounts, (K,), by its own error: what it knows of
        what it cannot keep. One half before it can foresee anything."""
        from scipy.special import ndtr

        if not self.ready:
            return np.full(len(self._points), 0.5)
        far, error = self.foreseen(levels, amounts)[0] - self._targets, self.error + 1e-9 * self._unit
        return np.asarray(ndtr((self._bands - far) / error) - ndtr((-self._bands - far) / error))

    def _drawn(self) -> Array:
        """Effects, drawn from what is believed of them, (K + 1, K)."""
        noise = self._chance.standard_normal(self._effects.shape)
        spread = np.linalg.cholesky((self._inverse + self._inverse.T) / 2 + 1e-12 * np.eye(len(noise)))
        return np.asarray(self._effects + spread @ noise * (self.error / self._unit))

    def _room(self) -> Array:
        """How far from its target each level may be foreseen."""
        room = np.maximum(self._bands - MARGIN * self.error, self._bands / 4)
        return np.asarray(np.where(self._pressed, np.minimum(room, self._bands / 2), room))


def options(proposals: ArrayLike) -> Array:
    """All proposals (N, K) as they are, in their order, and after them with any part left undone, (N 2^K, K).

    >>> options([[1, 2]]).tolist()
    [[1.0, 2.0], [1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]
    """
    whole = np.asarray(proposals, dtype=float)
    masks = np.array(list(product((1.0, 0.0), repeat=whole.shape[-1])))
    return np.asarray((masks[:, None] * whole).reshape(-1, whole.shape[-1]))
