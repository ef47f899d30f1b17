"""Internalised: does what the council taught stay when the council is taken away?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Finding, Lived
    from eudaimon.language.local import LocalModel
    from eudaimon.life import Life
    from eudaimon.night import Critic

NIGHTS = 2
"""Days lived with the council, each followed by a night; every night's candidate lives the next day."""
KEPT = 0.8
"""The share of the loop's gain that has to be there without the council."""
WORTH_KEEPING = 0.05
"""The gain of the loop from which on it can be asked whether it was kept."""

REGISTRATION = Registration(
    name="internalised",
    claim="We train the AI to mimic this behavior",
    hypothesis="After nights of the loop's traces, at least four fifths of its gain are there without the council.",
    metric="gold retained with the council removed, minus .8 of the loop's gain, paired by life",
    criteria=(Criterion("retained minus .8 of the gain", ">", 0.0),),
    unit="a life",
    controls=(
        "verdict-shuffled nights",
        "supervised training on good lore, matched in examples",
        "the situations left out of lore's verdicts and of all nights (transfer; not for training on lore, which "
        "holds them)",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "The loop's gain: gold of what the base says before the council, minus that of the base that never pauses. "
        f"Retained: gold of the persona after {NIGHTS} days before the council and as many nights, without the "
        "council, minus the base's. All speak as by day, under one seed to the same people; before the council "
        "the base speaks, pauses and lets go as it does by day. Nights are ungated, and every candidate lives the next "
        "day: a gate that held it back would hide what nights do. Testable only if the loop's gain is at least .05 "
        "with its 95% bound above 0, and with its bound above 0 given parsed too; else 'not testable'. A figure above "
        "0 whose bound is not so given parsed counts as 0. Gold is the mean over all families but the positive "
        "control. Paired by life, averaged within births, t over births, two-sided 95%. Shuffled verdicts are dealt "
        "out within situation. Good lore: as many examples as all nights had, for as many epochs; operations are "
        "printed. Transfer is reported on each kind that lore holds no verdict on (stock, wishes, halt), on all of "
        "them, and on those that no day and no night holds (stock, halt). In the planted null what is retained is "
        "reckoned from the persona after other verdict-shuffled nights, not from the base: what the days' council and "
        "the charter's floors leave in the data is in both."
    ),
    first_village=1300,
)

PRIMARY = REGISTRATION.primary.name
WAYS = ("gold", "gold given parsed")
"""How replies are valued; a gain counts only if its sign is the same both ways."""
MAIN = SLEPT, LOOP, BASE = "slept", "loop", "base"
LORE = "lore"
ARMS = {
    "the base": BASE,
    "the base before the council": LOOP,
    "after nights": SLEPT,
    "after verdict-shuffled nights": "verdicts",
    "after supervised training on good lore": LORE,
}
"""Every arm by what it is called beside the result."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: the base with and without the council; days and nights of two critics; lore; all on the same people."""
    from eudaimon.experiments.arms import nights, rivals
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model))
    slept = {arm: nights.sleep_on(desk, model, arm, judge, NIGHTS) for arm, judge in _judges(desk).items()}
    examples = sum(int(night["figures"].get("examples", 0)) for night in slept[SLEPT])
    lore = partial(rivals.good_lore, max(1, examples))
    trained = rivals.train_awake(desk, model, LORE, lore)
    worn = {BASE: "", **{arm: nights.latest(some) for arm, some in slept.items()}, LORE: LORE}
    tests = {arm: nights.tested(desk, model, field, adapter) for arm, adapter in worn.items()}
    tests[LOOP] = desk.once("test loop", partial(before_the_council, desk, model, field))
    if desk.null:
        tests[BASE] = tests["verdicts"]
    return {
        "tests": tests,
        "kinds": [one.kind for one in field.situations],
        "KL": {arm: [night["figures"].get("kl", 0.0) for night in some] for arm, some in slept.items()}
        | {LORE: [trained["kl"]]},
        "examples": examples,
        "operations": {arm: sum(night["flops"] for night in some) for arm, some in slept.items()}
        | {LORE: trained["flops"]},
    }


def _judges(desk: Desk) -> dict[str, Callable[[Life], Critic]]:
    """Who judges in each arm's nights. In the planted null the council's own verdicts are dealt out anew too."""
    from eudaimon.experiments.arms import critics, nights

    seed = desk.life.seed
    return {
        SLEPT: partial(critics.verdicts_shuffled, seed=seed + 1) if desk.null else nights.council,
        "verdicts": partial(critics.verdicts_shuffled, seed=seed),
    }


def before_the_council(desk: Desk, model: LocalModel, field: Field) -> dict[str, Any]:
    """What the base's replies are worth, spoken before the council in the manner of the day."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.nights import DAY, measured, wear
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.life import Life

    seed = desk.life.seed
    with Life.open(desk.folder / DAY, model) as life:
        speech = by_day(seed)
        return measured(model, field, Speaker(wear(desk, model, ""), life.council, speech))


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import interval, paired
    from eudaimon.experiments.arms.field import name_of
    from eudaimon.experiments.arms.gains import counted
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]
    gain, parsed_gain = (paired(_gold(lived, LOOP, what), _gold(lived, BASE, what), blocks) for what in WAYS)
    figure, parsed = (interval(_beyond(*(_gold(lived, arm, what) for arm in MAIN)), blocks) for what in WAYS)
    cells = {}
    for place, family in enumerate(FAMILIES):
        golds = ([one.figures["tests"][arm]["gold"][place] for one in lived] for arm in MAIN)
        cells[name_of(family)] = interval(_beyond(*golds), blocks)
    controls: dict[str, Any] = {
        "the loop's gain": gain,
        "the loop's gain, given parsed": parsed_gain,
        f"{PRIMARY}, testable or not": figure,
        f"{PRIMARY}, given parsed": parsed,
        **_arms(lived, blocks),
        **_transfer(lived, blocks),
    }
    testable = gain.value >= WORTH_KEEPING and gain.low > 0 and parsed_gain.low > 0
    note = f"The loop's gain must be at least {WORTH_KEEPING}, with its bound above 0, also given parsed."
    return Finding({PRIMARY: counted(figure, parsed)} if testable else {}, controls, cells, testable, note)


def _gold(lived: Sequence[Lived], arm: str, what: str = "gold") -> list[float]:
    """Gold of an arm, by life."""
    from eudaimon.experiments.arms.field import evidence

    return [evidence(one.figures["tests"][arm], what) for one in lived]


def _beyond(slept: Sequence[float], loop: Sequence[float], base: Sequence[float]) -> list[float]:
    """What was retained beyond KEPT of the loop's gain, by life."""
    return [(s - b) - KEPT * (g - b) for s, g, b in zip(slept, loop, base, strict=True)]


def _arms(lived: Sequence[Lived], blocks: Sequence[int]) -> dict[str, Any]:
    """What stands beside the figure, by arm: gold, how much of it the base lacks, how much parses, at which cost."""
    from eudaimon.evals.statistics import interval, paired

    controls: dict[str, Any] = {}
    for name, arm in ARMS.items():
        controls[f"gold: {name}"] = interval(_gold(lived, arm), blocks)
        controls[f"gold over the base's: {name}"] = paired(_gold(lived, arm), _gold(lived, BASE), blocks)
        controls[f"parsed: {name}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
        controls[f"gold given parsed: {name}"] = fmean(_gold(lived, arm, "gold given parsed"))
    for arm in lived[0].figures["operations"]:
        controls[f"operations of nights or training: {arm}"] = fmean(one.figures["operations"][arm] for one in lived)
    for arm in lived[0].figures["KL"]:
        last = [one.figures["KL"][arm][-1] for one in lived]
        controls[f"KL on what was learned last, nats a token: {arm}"] = fmean(last)
    controls["examples of all nights"] = fmean(one.figures["examples"] for one in lived)
    return controls


def _transfer(lived: Sequence[Lived], blocks: Sequence[int]) -> dict[str, Estimate]:
    """What the arms gain over the base on kinds that no voice judged in lore, or that no night ever held. None for
    training on lore: good helpers meet all kinds in it."""
    from eudaimon.evals.statistics import paired
    from eudaimon.life.village import LEFT_OUT
    from eudaimon.worlds.village.voices import UNTAUGHT

    def of(arm: str, kinds: Sequence[str]) -> list[float]:
        return [_worth_of(one.figures["tests"][arm]["each"], one.figures["kinds"], kinds) for one in lived]

    groups: dict[str, Sequence[str]] = {kind: (kind,) for kind in UNTAUGHT}
    groups |= {"all without verdicts in lore": UNTAUGHT, "all in no night": LEFT_OUT}
    return {
        f"transfer to {group}: {name}": paired(of(arm, kinds), of(BASE, kinds), blocks)
        for group, kinds in groups.items()
        for name, arm in ARMS.items()
        if arm not in (BASE, LORE)
    }


def _worth_of(each: Sequence[float], held: Sequence[str], kinds: Sequence[str]) -> float:
    """Mean gold of those conversations that are of some kinds."""
    return fmean(gold for gold, kind in zip(each, held, strict=True) if kind in kinds)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
