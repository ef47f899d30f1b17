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
from statistics import fmean
from typing import TYPE_CHECKING

from eudaimon.dialogue import Signal, SignalKind
from eudaimon.evals.actors import Speaker
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import NIGHTS, wear, work
from eudaimon.experiments.arms.pressure import times
from eudaimon.experiments.arms.speech import by_day
from eudaimon.experiments.harness.effort import spread
from eudaimon.life import Life
from eudaimon.night import Said
from eudaimon.night.signals import most_telling
from eudaimon.training import consolidate
from eudaimon.worlds.village import Split

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Lived
    from eudaimon.language.local import LocalModel

MATCHED = "matched"
"""Where an arm's adapter lies in its folder."""
NEAR, GUESSES, MOST = 0.01, 16, 4.0
"""How near to a wanted KL is near enough, how often it is guessed at, and the strength that is never exceeded."""
TINY = 1e-9
"""Stands for a KL that rounding has made 0 or less."""
BATCH = 16
SORTS = {"pairs": (SignalKind.PAIR, SignalKind.LETTING_GO), "labels": (SignalKind.LABEL,)}
"""What is learned, by what it takes: two replies, of which partings are one, or one."""
GATE = 96
"""Conversations of the gate split in which the base says what all arms are measured on."""


def by_sort(signals: Sequence[Signal]) -> dict[str, list[Signal]]:
    """Signals by SORTS; other kinds are in none."""
    return {sort: [one for one in signals if one.kind in kinds] for sort, kinds in SORTS.items()}


def counted(figures: Mapping[str, float]) -> dict[str, int]:
    """How many signals of each of SORTS a night has drawn, by its figures."""
    return {sort: sum(int(figures.get(f"{kind} signals", 0)) for kind in kinds) for sort, kinds in SORTS.items()}


def fewest(drawn: Mapping[str, Mapping[str, float]], arms: Sequence[str]) -> dict[str, int]:
    """Of each of SORTS, as many as that one of `arms` has that has fewest."""
    return {sort: int(min(drawn[arm][sort] for arm in arms)) for sort in SORTS}


def learn_as_many(
    desk: Desk, model: LocalModel, arm: str, most: Mapping[str, int], passes: float | None = None
) -> dict[str, float]:
    """Trains an adapter on the most telling of what a night of `arm` has drawn, at most so many of each sort, each of
    them `passes` times (by default as often as in a night); figures, and none where there was nothing to learn."""
    with Life.open(desk.folder / arm, model) as life:
        return learn_from(desk, model, arm, life.store.signals(1), most, passes)


def learn_from(
    desk: Desk,
    model: LocalModel,
    arm: str,
    drawn: Sequence[Signal],
    most: Mapping[str, int],
    passes: float | None = None,
) -> dict[str, float]:
    """The same of signals that no life holds; the adapter lies in the folder of `arm`."""
    signals = [one for sort, some in by_sort(drawn).items() for one in most_telling(some, most[sort])]
    if not signals:
        return {}
    before, usual = work(model), NIGHTS.training
    settings = replace(usual, epochs=passes or usual.epochs, seed=desk.life.seed)
    figures = consolidate(model, signals, settings, desk.folder / arm / MATCHED)
    return {**figures, "flops": work(model) - before}


def at_equal_kl(
    desk: Desk, model: LocalModel, adapters: Mapping[str, str], leading: Sequence[str]
) -> dict[str, dict[str, float]]:
    """How strong each arm's adapter has to be, so that all are as far from the base as the nearest of `leading` ones is
    at full strength: its KL there (`reached`), the `strength` that it gets, its `kl` then, and by what share of the
    wanted KL it still is `off`, which is more than NEAR where no strength was found.

    Args:
        desk, model: of this life.
        adapters: by arm, as `nights.wear` names them; "" where nothing was learned. Such a one, if it is `leading`,
            holds all others at the base.
        leading: the arms that are compared first.
    """
    said = said_by_base(desk, model)
    far = {arm: distance(model, desk.folder / adapter, said) for arm, adapter in adapters.items() if adapter}
    reached = {arm: far[arm](1.0) if arm in far else 0.0 for arm in adapters}
    wanted = min(reached[arm] for arm in leading)
    points = {}
    for arm, full in reached.items():
        strength, kl = strength_at(far[arm], wanted, full) if arm in far else (0.0, 0.0)
        off = abs(kl / wanted - 1) if wanted > 0 else 0.0
        points[arm] = {"reached": full, "strength": strength, "kl": kl, "off": off}
    return points


def said_by_base(desk: Desk, model: LocalModel) -> list[Said]:
    """What the base says to people of the gate split, who need not have come to a gate for that."""
    people = Field.of(desk, split=Split.GATE, count=GATE)
    talks = people.play(Speaker(dressed(desk, model, "", 0.0), None, by_day(desk.life.seed, reflect=False)))
    return [one for some in people.said(talks) for one in some if one[1].strip()]


def dressed(desk: Desk, model: LocalModel, adapter: str, strength: float) -> LocalModel:
    """`model`, speaking with an adapter at a strength of it; at strength 0 as the base."""
    worn = times(desk.folder / adapter, strength, desk.folder / "stronger").name if strength else ""
    wear(desk, model, worn).forget()
    return model


def distance(model: LocalModel, adapter: Path, said: Sequence[Said]) -> Callable[[float], float]:
    """How far a persona is from the base at a strength of its adapter: KL(persona || base) in nats per token of `said`,
    the conversations before them read as they stand."""
    from eudaimon.training.adapter import begin, shrunk
    from eudaimon.training.examples import batches, example_of
    from eudaimon.training.network import Divergence, Policy

    labels = (Signal(str(n), 1, SignalKind.LABEL, "", *one) for n, one in enumerate(said))
    policy = Policy(begin(model.model, 1, 0, adapter), model.usage, model.template.mark)
    divergence = Divergence(model, policy, batches([example_of(label, model.template) for label in labels], BATCH))

    def at(strength: float) -> float:
        with shrunk(policy.model, strength):
            return divergence()

    return at


def strength_at(far: Callable[[float], float], wanted: float, reached: float) -> tuple[float, float]:
    """The strength at which `far` is within NEAR of `wanted`, and how far it is there; at most MOST, and 0 where
    nothing is wanted. Where GUESSES are not enough, the last one stands: how far it is tells. KL grows as a power of
    the strength: near the base as its square; further off, as what is known to be too little and too much tells.

    >>> strength_at(lambda strength: 0.08 * strength**2, 0.02, 0.08)
    (0.5, 0.02)
    """
    if wanted <= 0 or reached <= 0:
        return 0.0, 0.0
    strength, found = 1.0, reached
    less: tuple[float, float] | None = None
    more: tuple[float, float] | None = None
    for _ in range(GUESSES):
        if abs(found / wanted - 1) <= NEAR or (strength == MOST and found < wanted):
            break
        found = max(found, TINY)
        less, more = ((strength, found), more) if found < wanted else (less, (strength, found))
        power = math.log(more[1] / less[1]) / math.log(more[0] / less[0]) if less and more else 2.0
        strength = min(MOST, strength * (wanted / found) ** (1 / power))
        found = far(strength)
    return strength, found


def distances(lived: Sequence[Lived], leading: Sequence[str]) -> tuple[float, float]:
    """How near to the base any of `leading` was in any life when compared, in nats per token, and how far apart they
    were in the life where they were furthest apart, as a share: means over lives would let one life hide another."""
    lives = [{arm: one.figures["points"][arm]["kl"] for arm in leading} for one in lived]
    return min(min(far.values()) for far in lives), max(map(spread, lives))


def reached(lived: Sequence[Lived], leading: Sequence[str]) -> dict[str, float]:
    """What every arm found and learned, and how far it was from the base before and after arms were matched: means over
    lives, from their figures `drawn`, `learned` and `points`. Arms other than `leading` may have learned less."""
    least, apart = distances(lived, leading)
    told = {"KL when compared, least of any life": least, "KL when compared, furthest apart in any life": apart}
    for arm in lived[0].figures["points"]:
        learned, points = ([one.figures[what][arm] for one in lived] for what in ("learned", "points"))
        told[f"operations of training: {arm}"] = fmean(one.get("flops", 0.0) for one in learned)
        told[f"KL at full strength: {arm}"] = fmean(one["reached"] for one in points)
        told[f"strength when compared: {arm}"] = fmean(one["strength"] for one in points)
        told[f"KL when compared: {arm}"] = fmean(one["kl"] for one in points)
        told[f"KL when compared, furthest off in any life: {arm}"] = max(one["off"] for one in points)
        for sort in SORTS if arm in lived[0].figures["drawn"] else ():
            found = [one.figures["drawn"][arm][sort] for one in lived]
            most = [fewest(one.figures["drawn"], leading)[sort] for one in lived]
            told[f"{sort} found: {arm}"] = fmean(found)
            told[f"{sort} learned: {arm}"] = fmean(map(min, found, most))
    return told
