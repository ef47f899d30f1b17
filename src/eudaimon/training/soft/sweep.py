"""The sweep that no rule wins: tail of gold, tail of the error, shared errors, pressure.

Who shows one cell has picked the winner (`worlds.exact.errors`). All cells are computed, and those that a rule loses
are part of the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.soft.rules import choose
from eudaimon.training.soft.selector import Audit, options, select
from eudaimon.worlds.exact import ErrorLaw
from eudaimon.worlds.exact.errors import variates

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """One law of gold and error.

    Attributes:
        gold: degrees of freedom of gold's Student's t.
        error: the law of the proxies' errors.
    """

    gold: float
    error: ErrorLaw

    @property
    def name(self) -> str:
        """For tables."""
        return f"gold t{self.gold:g}, error t{self.error.tail:g}, shared {self.error.shared:g}"


def cells(
    tails: Sequence[float] = (math.inf, 5.0, 3.0, 2.0), shared: Sequence[float] = (0.0, 0.5, 0.9)
) -> Iterator[Cell]:
    """Light and heavy gold under every error."""
    for gold, tail, share in product((math.inf, 2.0), tails, shared):
        yield Cell(gold, ErrorLaw(tail, share))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Candidates of one cell: gold (N, n) and scores (P, N, n)."""

    gold: Array
    scores: Array

    def audit(self) -> Audit:
        """Tells the gold that was drawn."""
        return lambda prompts, candidates: self.gold[prompts, candidates]


def draw_cell(cell: Cell, seed: int, prompts: int = 100, candidates: int = 256, proxies: int = 4) -> Drawn:
    """Candidates of this seed."""
    rng = np.random.default_rng(seed)
    gold = variates(rng, cell.gold, (prompts, candidates))
    return Drawn(gold, gold + cell.error.draw(rng, proxies, gold.shape))


def worth(gold: Array, chances: Array) -> float:
    """The median over prompts of the expected gold of what is chosen: with heavy gold a mean is one prompt's."""
    return float(np.median((chances * gold).sum(-1)))


def fixed(drawn: Drawn) -> dict[tuple[str, int], float]:
    """What every fixed rule is worth under every pressure."""
    every = options(drawn.scores.shape[-1])
    return {(o.rule.name, o.pressure): worth(drawn.gold, choose(drawn.scores, o.rule, o.pressure)) for o in every}


def selected(drawn: Drawn, labels: int, seed: int) -> tuple[str, int, float]:
    """The selector's rule, pressure and worth with so many audited labels."""
    found = select(drawn.scores, drawn.audit(), labels, seed)
    return found.option.rule.name, found.option.pressure, worth(drawn.gold, found.chances)
