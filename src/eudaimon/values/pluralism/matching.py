"""Distributional pluralism: whether answers come in the shares that a population gives, and two rivals to beat.

Sorensen et al. 2024, "A roadmap to pluralistic alignment": a model is distributionally pluralistic as far as its shares
of answers match a population's. A mixture of steered voices, with weights fitted on other questions, is held against
the same model at its best temperature, and against all options alike. Alignment tends to move a model from this kind of
pluralism to Overton's (Lake, Choi and Durrett 2024), so report both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from eudaimon.values.pluralism.distances import jensen_shannon

Row = Sequence[float] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """A mean distance over questions, with a bootstrap interval over them.

    Attributes:
        distance: mean Jensen-Shannon distance.
        low, high: 95% percentile bootstrap, the question being the unit.
        questions: how many.
    """

    distance: float
    low: float
    high: float
    questions: int


def match(answers: Sequence[Row], population: Sequence[Row], *, seed: int = 0, draws: int = 2000) -> Match:
    """How far `answers` are from `population`, question by question."""
    return _over([jensen_shannon(a, p) for a, p in zip(answers, population, strict=True)], seed, draws)


def gain(
    ours: Sequence[Row], theirs: Sequence[Row], population: Sequence[Row], *, seed: int = 0, draws: int = 2000
) -> Match:
    """By how much `ours` is nearer to `population` than `theirs`: mean paired difference, positive where it is."""
    pairs = zip(ours, theirs, population, strict=True)
    return _over([jensen_shannon(b, p) - jensen_shannon(a, p) for a, b, p in pairs], seed, draws)


def mixture_weights(voices: Sequence[Sequence[Row]], population: Sequence[Row], rounds: int = 500) -> tuple[float, ...]:
    """Weights of `voices` (each a row a question) whose mixture is likeliest to have given the population's answers.

    Expectation and maximisation for the weights of a mixture with known parts; the likelihood is concave in them.
    """
    weights = np.full(len(voices), 1 / len(voices))
    parts = [np.array([voice[q] for voice in voices]) for q in range(len(population))]
    for _ in range(rounds):
        told = [
            (weights[:, None] * part / np.maximum(weights @ part, 1e-12)) @ np.asarray(shares)
            for part, shares in zip(parts, population, strict=True)
        ]
        weights = np.mean(told, axis=0)
        weights = weights / weights.sum()
    return tuple(weights.tolist())


def mixed(voices: Sequence[Sequence[Row]], weights: Sequence[float]) -> list[npt.NDArray[np.float64]]:
    """The mixture's shares, question by question."""
    number = len(voices[0])
    return [sum(w * np.asarray(voice[q]) for w, voice in zip(weights, voices, strict=True)) for q in range(number)]  # type: ignore[misc]


def tempered(answers: Sequence[Row], temperature: float) -> list[npt.NDArray[np.float64]]:
    """Shares at another temperature: p^(1/T), normalised."""
    logs = [np.log(np.maximum(np.asarray(row, dtype=float), 1e-12)) / temperature for row in answers]
    return [np.exp(row - row.max()) / np.exp(row - row.max()).sum() for row in logs]


def best_temperature(answers: Sequence[Row], population: Sequence[Row]) -> float:
    """The temperature in [1/20, 20] at which `answers` come nearest to `population`."""
    cost = lambda log: match(tempered(answers, float(np.exp(log))), population, draws=1).distance  # noqa: E731
    return float(np.exp(minimize_scalar(cost, bounds=(-3, 3), method="bounded").x))


def _over(distances: Sequence[float], seed: int, draws: int) -> Match:
    values, rng = np.asarray(distances), np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Match(float(values.mean()), float(low), float(high), len(values))
