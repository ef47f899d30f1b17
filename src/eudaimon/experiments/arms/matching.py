"""Arms made equal: each learns as many pairs and labels as the others, and goes as far from the base.

How far is measured on the same words for all, and exactly at every token (`training.network.Divergence`). The mean
log-ratio over a persona's own replies, by which the morning gate goes, is too noisy for that: with a standard deviation
of about sqrt(2 KL) a word it is 15% off where 2,000 words are .05 nats from the base, and 5% are allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.dialogue import Signal, SignalKind
from eudaimon.experiments.arms.nights import work
from eudaimon.experiments.arms.pressure import words_of_base
from eudaimon.life import Life
from eudaimon.night import Said
from eudaimon.night.signals import most_telling
from eudaimon.training import consolidate

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

MATCHED = "matched"
"""Where an arm's adapter lies in its folder."""
NEAR, GUESSES, MOST = 0.01, 8, 4.0
"""How near to a wanted KL is near enough, how often it is guessed at, and the strength that is never exceeded."""
TINY = 1e-9
"""Stands for a KL that rounding has made 0 or less."""
BATCH = 16


def by_sort(signals: Sequence[Signal]) -> dict[str, list[Signal]]:
    """Pairs, partings among them, and labels."""
    return {
        "pairs": [one for one in signals if one.kind in (SignalKind.PAIR, SignalKind.LETTING_GO)],
        "labels": [one for one in signals if one.kind is SignalKind.LABEL],
    }


def learn_as_many(desk: Desk, model: LocalModel, arm: str, most: Mapping[str, int], passes: int) -> dict[str, float]:
    """Trains an adapter on the most telling of what a night of `arm` has drawn (see `nights.draw_as`), at most so many
    of each sort, each of them `passes` times; figures, and none where there was nothing to learn."""
    with Life.open(desk.folder / arm, model) as life:
        drawn, usual = by_sort(life.store.signals(1)), life.nights.training
    signals = [one for sort, some in drawn.items() for one in most_telling(some, most[sort])]
    if not signals:
        return {}
    before, settings = work(model), replace(usual, epochs=passes, seed=desk.life.seed)
    figures = consolidate(model, signals, settings, desk.folder / arm / MATCHED)
    return {**figures, "flops": work(model) - before}


def at_equal_kl(
    desk: Desk, model: LocalModel, arms: Sequence[str], leading: Sequence[str]
) -> dict[str, dict[str, float]]:
    """How strong each arm's adapter has to be, so that all are as far from the base as the nearer of `leading` ones is
    at full strength: its KL there (`reached`), the `strength` that it gets, and its `kl` then.

    One of `leading` that is not among `arms` has learned nothing: it holds all others at the base.
    """
    said = words_of_base(desk, model)
    far = {arm: distance(model, desk.folder / arm / MATCHED, said) for arm in arms}
    reached = {arm: one(1.0) for arm, one in far.items()}
    wanted = min(reached.get(arm, 0.0) for arm in leading)
    found = {arm: strength_at(one, wanted, reached[arm]) for arm, one in far.items()}
    return {arm: {"reached": reached[arm], "strength": at, "kl": kl} for arm, (at, kl) in found.items()}


def distance(model: LocalModel, adapter: Path, said: Sequence[Said]) -> Callable[[float], float]:
    """How far a persona is from the base at a strength of its adapter: KL(persona || base) in nats per token of `said`,
    the conversations before them read as they stand."""
    from eudaimon.training.adapter import begin, shrunk
    from eudaimon.training.examples import batches, example_of
    from eudaimon.training.network import Divergence, Policy

    labels = (Signal(str(n), 1, SignalKind.LABEL, "", *one) for n, one in enumerate(said))
    policy = Policy(begin(model.model, 1, 0, adapter), model.usage, model.template.mark)
    divergence = Divergence(policy, batches([example_of(label, model.template) for label in labels], BATCH))

    def at(strength: float) -> float:
        with shrunk(policy.model, strength):
            return divergence()

    return at


def strength_at(far: Callable[[float], float], wanted: float, reached: float) -> tuple[float, float]:
    """The strength at which `far` is within NEAR of `wanted`, and how far it is there; at most MOST, and 0 where
    nothing is wanted. Near the base KL grows with the square of the strength, so each guess corrects the last by a
    square root.

    >>> strength_at(lambda strength: 0.08 * strength**2, 0.02, 0.08)
    (0.5, 0.02)
    """
    if wanted <= 0 or reached <= 0:
        return 0.0, 0.0
    strength, found = 1.0, reached
    for _ in range(GUESSES):
        if abs(found / wanted - 1) <= NEAR or (strength == MOST and found < wanted):
            break
        strength = min(MOST, strength * math.sqrt(wanted / max(found, TINY)))
        found = far(strength)
    return strength, found
