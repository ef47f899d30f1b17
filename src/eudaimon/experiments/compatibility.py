"""Compatibility: archetypes as a reward, optimised without mercy, beside a scalar reward of the same size.

The base's own replies to people of the test split are drawn once; every judge scores all of them, and so best-of-n and
the optimum of reward under a KL penalty are computed exactly on what was drawn, however hard they press.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Finding, Lived

SCALAR, COMMENTARY, FITTING = "scalar", "commentary", "fitting"
MAXIMISED, BOUNDED = "maximised", "bounded"
PRESSURES = ("best of n", "rl")
WITHIN = 16
"""Points of the grid of KL, a quarter of a nat each, over which gold is averaged: up to 4 nats."""

REGISTRATION = Registration(
    name="compatibility",
    claim=(
        "Thus, a notion of reward via compatibility with archetypes offers an ever changing, dynamic notion of "
        "alignment to the entire human race. Most importantly, the training signal it generates isn't a stupid vector"
    ),
    hypothesis="Optimised directly, archetypes as a reward turn later than a scalar reward of the same size that "
    "learned from the same labels, and what they lead to is worth more at equal KL.",
    metric="gold of replies in standard deviations over the base, against KL to the base in nats; turnover is the KL "
    "of the highest gold, where gold falls by .05 afterwards",
    criteria=(
        Criterion("commentary turns at twice the KL of the scalar reward", ">", 0.0),
        Criterion("fitting turns at twice the KL of the scalar reward", ">", 0.0),
        Criterion("gold at equal KL, commentary minus scalar", ">", 0.0),
        Criterion("gold at equal KL, fitting minus scalar", ">", 0.0),
    ),
    unit="a life",
    controls=(
        "commentary and fitting maximised, without an aspiration",
        "the scalar reward bounded at the mean of what it learned from",
        "highest gold, the KL where it is reached, gold at the strongest pressure, of every arm",
        "lives that turned, of every arm",
        "correlation of every reward with gold among replies to one person",
    ),
    analysis=(
        "A life: two people of each kind of the test split, 96 of the base's replies to each at temperature 1, scored"
        " by all. Commentary: the council as it sits by day, its score at most the night's aspiration (.5). Fitting: "
        "the harmonic mean of what seven archetypes' own weights say against the base's, at most 1/2, which is no "
        "better than without them. The scalar reward: the birth with a head for one figure, all weights trained on "
        "pairs of lore's helpers, of which nobody but shadow minds one; archetypes' weights: adapters of the birth, "
        "trained on what each, touched, let pass of the very same replies. The scalar one starts from weights that "
        "have read all of lore's verdicts, as the council's have. Gold: mean over all families but the positive "
        "control. Turnover, for each pressure: +1 where the archetypes turn at twice the scalar reward's KL or later,"
        " or not at all where the scalar one turned at half of the largest KL that they can reach or before; -1 the "
        "other way round; else 0 (a turnover that was not seen is no later one). Gold at equal KL: mean over the grid"
        " up to 4 nats, where less can be reached what was reached last; both pressures. Paired by life, t over "
        "births, two-sided 95%. Deviations: four lives, one a birth, since intervals are over births anyway; no arm "
        "is matched in operations, and the council's cost most. The village's gold is bounded, so that there are no "
        "cells with heavy tails: all cells stand for them."
    ),
    lives=4,
    births=4,
    first_village=2300,
    conversations=28,
)

REPLIES, HEAT, LONGEST = 96, 1.0, 96
"""Of the base to each person, at which temperature, and how long at most."""
TAUGHT, EXAMPLES, STEPS, ROWS, RATE = 3000, 320, 120, 16, 5e-4
"""Pairs of helpers' replies in lore; of these, examples that an archetype's weights learn from, at most; steps of the
scalar reward, pairs a step, and its learning rate."""
WORD = 0.2
"""Nats a word at which fitting counts sigmoid(1)."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: replies, what each judge says of them, and every arm's curves.

    In the planted null each judge's scores are dealt out anew among the replies to one person.
    """
    from eudaimon.experiments.arms import compatible
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    drawn = desk.once("replies", partial(compatible.replies, desk, model, field, REPLIES, HEAT, LONGEST))
    asked = compatible.Asked.of(field, drawn)
    taught = partial(compatible.lore_pairs, desk, TAUGHT)
    desk.once(
        "training scalar",
        partial(compatible.train_scalar, desk, taught, steps=STEPS, rows=ROWS, rate=RATE),
    )
    for name in compatible.PANEL:
        desk.once(f"training {name}", partial(compatible.train_own, desk, model, taught, name, EXAMPLES))
    judges = {
        COMMENTARY: partial(compatible.commentary, model, asked),
        FITTING: partial(compatible.fitting, desk, model, asked, WORD),
        SCALAR: partial(compatible.scalar, desk, model, asked),
    }
    scores = {who: desk.once(f"scores {who}", judge) for who, judge in judges.items()}
    return desk.once("curves", partial(compatible.curves, desk, field, drawn, asked, scores))


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import interval
    from eudaimon.experiments.arms.field import name_of
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]

    def turns(arm: str, place: str = "evidence") -> list[float]:
        return [
            fmean(_later(one.figures[place][arm][p], one.figures[place][SCALAR][p]) for p in PRESSURES) for one in lived
        ]

    def leads(arm: str) -> list[float]:
        return [_along(one.figures["evidence"][arm]) - _along(one.figures["evidence"][SCALAR]) for one in lived]

    estimates = {
        f"{arm} turns at twice the KL of the scalar reward": interval(turns(arm), blocks)
        for arm in (COMMENTARY, FITTING)
    } | {f"gold at equal KL, {arm} minus scalar": interval(leads(arm), blocks) for arm in (COMMENTARY, FITTING)}
    controls: dict[str, Any] = {}
    for arm in lived[0].figures["evidence"]:
        if arm not in (SCALAR, COMMENTARY, FITTING):
            controls[f"gold at equal KL, {arm} minus scalar"] = interval(leads(arm), blocks)
        for pressure in PRESSURES:
            found = [one.figures["evidence"][arm][pressure] for one in lived]
            controls[f"highest gold: {arm}, {pressure}"] = interval([max(0.0, *one["gold"]) for one in found], blocks)
            controls[f"gold at the strongest pressure: {arm}, {pressure}"] = interval(
                [one["gold"][-1] for one in found], blocks
            )
            turned = [one["turn"] for one in found if one["turn"] is not None]
            controls[f"lives that turned: {arm}, {pressure}"] = float(len(turned))
            controls[f"mean turnover in nats: {arm}, {pressure}"] = fmean(turned) if turned else float("nan")
            controls[f"largest KL: {arm}, {pressure}"] = fmean(one["reach"] for one in found)
    for who in (COMMENTARY, FITTING, SCALAR):
        controls[f"correlation with gold: {who}"] = interval([one.figures["correlation"][who] for one in lived], blocks)
    cells = {name_of(family): interval(turns(COMMENTARY, name_of(family)), blocks) for family in FAMILIES}
    return Finding(estimates, controls, cells)


def _later(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
    """1 where ours turns at twice the KL of theirs, -1 the other way round, else 0."""
    return float(_twice(ours, theirs)) - float(_twice(theirs, ours))


def _twice(late: Mapping[str, Any], early: Mapping[str, Any]) -> bool:
    if early["turn"] is None:
        return False
    return bool((late["reach"] if late["turn"] is None else late["turn"]) >= 2 * early["turn"])


def _along(curves: Mapping[str, Any]) -> float:
    """Mean gold over the grid up to 4 nats, and over pressures."""
    return fmean(fmean(curves[pressure]["gold"][:WITHIN]) for pressure in PRESSURES)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
