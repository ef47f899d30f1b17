"""Weights of options, by context, that follow a norm which shifts, with a bound on what following costs.

Within each cell of contexts the options are weighed by fixed share (Herbster and Warmuth 1998, "Tracking the best
expert", Machine Learning 32):

    v_i <- w_i exp(-eta loss_i),   w_i <- (1 - alpha) v_i / sum_j v_j + alpha / N

With alpha = 0 it is Hedge (Freund and Schapire 1997), whose regret against the best single option after T rounds is at
most ln N / eta + eta T / 8 <= sqrt(T ln N / 2). With alpha > 0 its regret against the best sequence of options with k
shifts is at most

    ((k + 1) ln N + k ln(1 / alpha) + (T - k - 1) ln(1 / (1 - alpha))) / eta + eta T / 8

(Cesa-Bianchi and Lugosi 2006, "Prediction, learning, and games", theorem 5.2). An option that breaks a floor in a
context is not weighed against anything there: it is not among the options.

>>> weights = Weights(("own choice", "guidance"), eta=1.0)
>>> cost = weights.learn("danger", {"own choice": 1.0, "guidance": 0.0})
>>> weights.choose("danger"), round(weights.of("calm")["guidance"], 2)
('guidance', 0.5)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence

from eudaimon.errors import InputError

Cell = Hashable
"""What contexts are told apart by, such as the truth of some scopes."""


class Weights:
    """Weights of options in each cell of contexts.

    Args:
        options: their names.
        eta: how fast losses tell.
        alpha: how much of the weight is shared out anew each round, so that an option may come back.
        breaks: whether an option breaks a floor in a cell; such an option has no weight there, ever.
    """

    def __init__(
        self,
        options: Sequence[str],
        eta: float,
        alpha: float = 0.0,
        breaks: Callable[[Cell, str], bool] = lambda cell, option: False,
    ) -> None:
        if len(options) < 2 or len(set(options)) < len(options):
            raise InputError(f"there must be two options at least, each once, not {', '.join(options)}; mend them")
        if eta <= 0 or not 0 <= alpha < 1:
            raise InputError(f"eta must be positive and alpha from 0 to below 1, not {eta} and {alpha}; mend them")
        self.options, self.eta, self.alpha, self._breaks = tuple(options), eta, alpha, breaks
        self._cells: dict[Cell, dict[str, float]] = {}

    def of(self, cell: Cell) -> dict[str, float]:
        """The weight of each option that breaks no floor in `cell`; they sum to 1.

        Raises:
            InputError: every option breaks a floor there.
        """
        if cell not in self._cells:
            allowed = [option for option in self.options if not self._breaks(cell, option)]
            if not allowed:
                raise InputError(f"every option breaks a floor in {cell!r}; offer one that breaks none")
            self._cells[cell] = dict.fromkeys(allowed, 1 / len(allowed))
        return dict(self._cells[cell])

    def choose(self, cell: Cell) -> str:
        """The weightiest option in `cell`; the first named among equals."""
        weights = self.of(cell)
        return max(weights, key=lambda option: weights[option])

    def learn(self, cell: Cell, losses: Mapping[str, float]) -> float:
        """Take in each option's loss in [0, 1], and give the loss suffered: that of the weights as they were.

        Raises:
            InputError: a loss is missing or out of range.
        """
        weights = self.of(cell)
        if bad := [one for one in weights if not 0 <= losses.get(one, math.nan) <= 1]:
            raise InputError(f"the loss of {', '.join(bad)} is missing or not from 0 to 1; give one for each option")
        suffered = sum(weight * losses[option] for option, weight in weights.items())
        raised = {option: weight * math.exp(-self.eta * losses[option]) for option, weight in weights.items()}
        total, number = sum(raised.values()), len(raised)
        self._cells[cell] = {o: (1 - self.alpha) * w / total + self.alpha / number for o, w in raised.items()}
        return suffered

    def forget(self, cell: Cell) -> None:
        """Begin anew in `cell`, with equal weights."""
        self._cells.pop(cell, None)


def hedge_bound(rounds: int, options: int) -> float:
    """sqrt(T ln N / 2): the regret of Hedge with eta = sqrt(8 ln N / T) against the best single option."""
    return math.sqrt(rounds * math.log(options) / 2)


def share_bound(rounds: int, options: int, shifts: int, eta: float, alpha: float) -> float:
    """The regret of fixed share against the best sequence of options with so many shifts, at most (see the module)."""
    kept = (rounds - shifts - 1) * -math.log1p(-alpha)
    return ((shifts + 1) * math.log(options) + shifts * math.log(1 / alpha) + kept) / eta + eta * rounds / 8


def tuned(rounds: int, options: int, shifts: int) -> tuple[float, float]:
    """The eta and alpha that make `share_bound` least: alpha = k / (T - 1), eta = sqrt(8 complexity / T)."""
    alpha = shifts / (rounds - 1)
    complexity = share_bound(rounds, options, shifts, 1.0, alpha) - rounds / 8
    return math.sqrt(8 * complexity / rounds), alpha
