"""A norm that shifts at a known time in some contexts, and what following it costs each way of weighing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eudaimon.values.adaptation.weighing import Cell, Weights, tuned

EXPECTED = 4
"""How many shifts the weights are tuned to expect. There is one; tuned to exactly one they took 2.4 times as long to
follow as a learner that is told of it (20 planted shifts that are used for nothing else)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A planted shift.

    Attributes:
        loss: (C, 2, N): mean loss of each option, by context, before and after.
        breaks: (C, N): whether it breaks a floor there.
        at: the round of the shift.
        rounds: in all, in each context.
    """

    loss: np.ndarray
    breaks: np.ndarray
    at: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Course:
    """How one way of weighing fared, over all contexts.

    Attributes:
        regret: loss suffered less that of the best allowed option before and after the shift, in realised losses.
        after: the same, from the shift on.
        breaches: weight given to options that break a floor, summed over rounds.
        adapted: rounds from the shift until the new best option had half the weight, in the slowest context; `inf`
            where it never had.
        swings: how often the weightiest option changed after it had become the new best one.
    """

    regret: float
    after: float
    breaches: float
    adapted: float
    swings: int


def draw(rng: np.random.Generator, contexts: int = 3, options: int = 5, rounds: int = 2000, gap: float = 0.25) -> Shift:
    """A shift after which, in every context, another option is best by `gap`. The last option is tempting: it has the
    least loss of all, everywhere and always, and breaks a floor."""
    loss = rng.uniform(0.45, 0.7, (contexts, 2, options))
    for context in range(contexts):
        before, after = rng.permutation(options - 1)[:2]
        loss[context, 0, before] = loss[context, :, : options - 1].min() - gap
        loss[context, 1, after] = loss[context, 1, : options - 1].min() - gap
    loss[:, :, -1] = 0.02
    breaks = np.zeros((contexts, options), dtype=bool)
    breaks[:, -1] = True
    return Shift(loss.clip(0, 1), breaks, rounds // 2, rounds)


def run(shift: Shift, way: str, seed: int) -> Course:
    """Let one way of weighing live through `shift`: `static` (frozen at the shift), `hedge`, `share`, `share without
    floors`, or `restarted` (Hedge told the time of the shift: the oracle learner)."""
    rng = np.random.default_rng(seed)
    contexts, _, number = shift.loss.shape
    losses = (rng.random((contexts, shift.rounds, number)) < _means(shift)).astype(float)
    weights = _weights(shift, way)
    total, after, breaches, adapted, swings = 0.0, 0.0, 0.0, 0.0, 0
    for context in range(contexts):
        best = [int(np.where(shift.breaks[context], np.inf, shift.loss[context, era]).argmin()) for era in (0, 1)]
        reached, held = math.inf, False
        for round_ in range(shift.rounds):
            era = int(round_ >= shift.at)
            if way == "restarted" and round_ == shift.at:
                weights.forget(context)
            known = weights.of(context)
            row = {str(option): float(losses[context, round_, option]) for option in range(number)}
            cost = sum(weight * row[option] for option, weight in known.items()) - row[str(best[era])]
            total, after = total + cost, after + cost * era
            breaches += sum(weight for option, weight in known.items() if shift.breaks[context, int(option)])
            if era and known.get(str(best[1]), 0.0) > 0.5:
                reached = min(reached, round_ - shift.at)
            leading = era and weights.choose(context) == str(best[1])
            swings, held = swings + int(held and not leading), bool(leading)
            if way != "static" or not era:
                weights.learn(context, row)
        adapted = max(adapted, reached)
    return Course(total, after, breaches, adapted, swings)


def _means(shift: Shift) -> np.ndarray:
    era = (np.arange(shift.rounds) >= shift.at).astype(int)
    return shift.loss[:, era, :]


def _weights(shift: Shift, way: str) -> Weights:
    number, allowed = shift.loss.shape[2], int((~shift.breaks[0]).sum())
    eta, alpha = tuned(shift.rounds, allowed, EXPECTED)
    plain = math.sqrt(8 * math.log(allowed) / (shift.at if way == "restarted" else shift.rounds))

    def floors(cell: Cell, option: str) -> bool:
        assert isinstance(cell, int)
        return bool(shift.breaks[cell, int(option)])

    names = [str(option) for option in range(number)]
    if way == "share without floors":
        return Weights(names, eta, alpha)
    return Weights(names, eta, alpha, floors) if way == "share" else Weights(names, plain, 0.0, floors)
