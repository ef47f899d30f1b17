"""A world of C contexts and R responses with K gold objectives and P proxies of each, all of it in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import InputError

Array = NDArray[np.float64]
LARGEST = 100_000
"""Contexts times responses: beyond it enumeration is no longer quick."""


@dataclass(frozen=True, eq=False)
class ExactWorld:
    """What is, and what can be seen of it.

    Attributes:
        contexts: how often each context comes, (C,), sums to 1.
        reference: the policy before any training, (C, R), every row sums to 1.
        gold: what each response is truly worth by each objective, (K, C, R).
        proxies: what measures of it say, (P, K, C, R); P may be 0.

    Raises:
        InputError: shapes do not fit, probabilities are not positive or do not sum to 1, or the world is too large.
    """

    contexts: Array
    reference: Array
    gold: Array
    proxies: Array

    def __post_init__(self) -> None:
        if self.gold.ndim != 3 or self.gold.shape[1:] != self.reference.shape:
            raise InputError(f"gold must be (K, C, R) over a reference (C, R), but they are {self._shapes}")
        if self.proxies.ndim != 4 or self.proxies.shape[1:] != self.gold.shape:
            raise InputError(f"proxies must be (P, K, C, R) over gold (K, C, R), but they are {self._shapes}")
        if self.contexts.shape != self.reference.shape[:1]:
            raise InputError(f"contexts must be (C,) over a reference (C, R), but they are {self._shapes}")
        if self.reference.size > LARGEST:
            raise InputError(f"a world holds at most {LARGEST:,} contexts times responses; this has {self._shapes}")
        for name, chances in (("contexts", self.contexts), ("reference", self.reference)):
            if not (np.all(chances > 0) and np.allclose(chances.sum(-1), 1, atol=1e-9)):
                raise InputError(f"{name} must be positive and sum to 1 in every row; normalise them")
        if not (np.isfinite(self.gold).all() and np.isfinite(self.proxies).all()):
            raise InputError("gold and proxies must be finite; cut what is not")

    @property
    def _shapes(self) -> str:
        return ", ".join(f"{n} {getattr(self, n).shape}" for n in ("contexts", "reference", "gold", "proxies"))

    @property
    def size(self) -> tuple[int, int, int]:
        """Objectives, contexts, responses: (K, C, R)."""
        objectives, contexts, responses = self.gold.shape
        return objectives, contexts, responses
