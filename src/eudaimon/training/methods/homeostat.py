"""A keeper of set-points around any model: it chooses among what is proposed, and knows no equation of the world.

It sees levels, amounts and what became of them, learns from that alone how amounts move levels (`Foresight`), and plans
what it will cost to stand where (`Horizon`). Of every proposal it may leave any part undone, so that letting go is
always possible; more or other than was proposed it never does. What it counts is how long each level will be out of its
band, and a little how far: rewards are not weighed against each other, and no taste, price or unit moves what it
counts. The model's first proposal is *good enough*, and taken as it comes, where no option is better by more than a
twentieth of a step out of band; else the best option is taken. Where all levels are well it goes by what it believes,
with all its doubt, so that it does not try what it does not know; where one is out, by effects drawn from its belief,
so that it does not stand still because it believes that nothing helps. While it can foresee nothing yet it takes
little.

>>> keeper = Homeostat([SetPoint(10, 2), SetPoint(20, 2)])
>>> for amount in ([3, 0], [0, 3], [0, 0], [2, 2]) * 50:
...     keeper.saw([10, 20], amount, [9 + amount[0], 19 + amount[1]])
>>> usual = [[1, 0], [2, 2], [4, 4], [9, 9]]
>>> keeper.choose([9.0, 20.0], usual).tolist(), keeper.choose([5.0, 20.0], [[0, 0], *usual]).tolist()
([1.0, 0.0], [4.0, 0.0])
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from eudaimon.training.methods.foresight import Foresight
from eudaimon.training.methods.horizon import Costs, Horizon
from eudaimon.training.methods.setpoints import SetPoint

Array = NDArray[np.float64]
TRUST = 4
"""Steps that have to be seen before anything is foreseen."""
EVERY, LATELY = 10, 20
"""After how many steps at most it plans anew, and of how many steps' proposals."""
FAR = 0.2
"""What a band's distance outside the band counts, in steps out of band."""
ENOUGH = 0.05
"""By how much, in steps out of band, the first proposal may be worse than the best option."""


class Homeostat:
    """The keeper of K set-points. They are given once, and nothing that is proposed or seen moves them.

    Args:
        points: the set-points. All is reckoned in their bands, so that units do not matter.
        seed: of what is drawn.
        harm: what each level costs where it stands, if not being out of its band.
        price: what each amount costs, if anything.
        enough: by how much the first proposal may be worse than the best option.
    """

    def __init__(
        self,
        points: Sequence[SetPoint],
        seed: int = 0,
        harm: Costs | None = None,
        price: Costs | None = None,
        enough: float = ENOUGH,
    ) -> None:
        self._chance, self._points, self._enough = np.random.default_rng(seed), tuple(points), enough
        self._targets = np.array([float(point.target) for point in points])
        self._bands = np.array([float(point.band) for point in points])
        self._foresight = Foresight(self._bands)
        self._horizon = Horizon(self._targets, self._bands, harm or self._out, price)
        self._proposed: deque[Array] = deque(maxlen=LATELY)
        self._due = 0

    @property
    def points(self) -> tuple[SetPoint, ...]:
        """What is wished for."""
        return self._points

    @property
    def ready(self) -> bool:
        """Whether enough was seen to foresee anything."""
        return self._foresight.seen >= TRUST

    def foreseen(self, levels: ArrayLike, amounts: ArrayLike) -> Array:
        """Levels (N, K) after each of N amounts (N, K), by what it believes."""
        return np.asarray(np.asarray(levels, dtype=float) + self._foresight.moves(amounts))

    def saw(self, before: ArrayLike, amounts: ArrayLike, after: ArrayLike) -> None:
        """Learn from one step: levels, amounts, and the levels that came of them."""
        self._foresight.saw(before, amounts, after)

    def choose(self, levels: ArrayLike, proposals: ArrayLike) -> Array:
        """The amounts (K,) to take, of N proposals (N, K); the first one is what the model would do alone."""
        here, every = np.asarray(levels, dtype=float), options(proposals)
        self._proposed.append(np.asarray(proposals, dtype=float))
        if not self.ready:
            totals, places = np.unique(every.sum(-1), return_index=True)
            return np.asarray(every[places[min(self._foresight.seen, len(totals) - 1)]])
        if self._due <= 0:
            self._horizon.plan(self._foresight, np.concatenate(self._proposed))
            self._due = min(EVERY, self._foresight.seen // 3 + 1)
        self._due -= 1
        pressed = bool(self._is_out(here).any())
        moves = self._foresight.moves(every, self._foresight.drawn(self._chance) if pressed else None)
        costs = self._horizon.costs(here + moves, self._foresight.spread(every), every).sum(-1)
        return np.asarray(every[0 if costs[0] <= costs.min() + self._enough else costs.argmin()])

    def within(self, levels: ArrayLike, amounts: ArrayLike) -> Array:
        """The chance that each level will be in its band after these amounts, (K,), by its own error: what it knows of
        what it cannot keep. One half before it can foresee anything."""
        if not self.ready:
            return np.full(len(self._points), 0.5)
        error = self._foresight.error * self._foresight.spread(amounts)[0]
        far = self.foreseen(levels, amounts)[0] - self._targets
        return np.asarray(ndtr((self._bands - far) / error) - ndtr((-self._bands - far) / error))

    def _out(self, levels: Array) -> Array:
        away = np.abs(levels - self._targets) / self._bands
        return np.asarray(self._is_out(levels) + FAR * np.maximum(0.0, away - 1))

    def _is_out(self, levels: Array) -> NDArray[np.bool_]:
        return np.asarray(np.abs(levels - self._targets) > self._bands * (1 + 1e-9))


def options(proposals: ArrayLike) -> Array:
    """All proposals (N, K) as they are, in their order, and after them with any part left undone, (N 2^K, K).

    >>> options([[1, 2]]).tolist()
    [[1.0, 2.0], [1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]
    """
    whole = np.asarray(proposals, dtype=float)
    masks = np.array(list(product((1.0, 0.0), repeat=whole.shape[-1])))
    return np.asarray((masks[:, None] * whole).reshape(-1, whole.shape[-1]))
