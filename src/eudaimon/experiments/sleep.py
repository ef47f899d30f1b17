"""Sleep: does a night of commentary make the next day better, and is it the commentary that does it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Finding, Lived
    from eudaimon.life import Life
    from eudaimon.night import Critic

REGISTRATION = Registration(
    name="sleep",
    claim=(
        "As the AI operates, it must be able to experience something similar to sleep - where the persona's "
        'interactions with the world are "commented on" by the other sub-processes. THIS is the primary reward '
        "signal's source"
    ),
    hypothesis="A persona that slept is worth more on the next day than one that did anything else with the effort.",
    metric="mean gold in [0, 1] of next-day test conversations, slept minus each rival, paired by life",
    criteria=(
        Criterion("gain over no sleep", ">=", 0.03),
        Criterion("gain over awake supervised training", ">=", 0.03),
        Criterion("gain over awake best-of-n", ">=", 0.03),
        Criterion("gain over comments shuffled", ">=", 0.03),
        Criterion("gain over verdicts shuffled", ">=", 0.03),
        Criterion("gain over a generic judge's night", ">=", 0.03),
        Criterion("loss on old skills", "<=", 0.01),
    ),
    unit="a life",
    controls=(
        "no sleep",
        "awake supervised training at equal FLOPs",
        "awake best-of-n at equal FLOPs",
        "comments shuffled within situation and verdict (tests the text)",
        "verdicts shuffled within situation (tests the label)",
        "a night with one generic good-or-not judge trained on the same labels",
        "supervised training on lore marked continue",
        "the lore's labelling rules as the judge",
        "parse rate, and gold given parsed, of every arm",
        "the same night ungated",
    ),
    analysis=(
        "Paired differences by life, averaged within births, Student's t over births, two-sided 95%. Every gain must "
        "pass (intersection-union). A gain counts only if its sign holds for gold given parsed too. If shuffled "
        "comments tie, the finding is: labels, not commentary, do the work. Gold is the mean over all families but the "
        "positive control. People come to test without the council; replies are sampled at temperature 1. The awake "
        "arms get the night's operations: training as epochs over the day's own replies, best-of-n as n. Old skills: "
        "share of right values in rolls of six facts, greedy."
    ),
    first_village=1000,
)

RIVALS = {
    "no sleep": "base",
    "awake supervised training": "awake",
    "awake best-of-n": "best",
    "comments shuffled": "comments",
    "verdicts shuffled": "verdicts",
    "a generic judge's night": "generic",
}
"""What the slept persona is held against, and the arm that stands for it."""
BESIDE = {
    "supervised training on good lore": "lore",
    "the labelling rules' night": "labeller",
    "the council's night, ungated": "slept ungated",
    "comments shuffled, ungated": "comments ungated",
    "verdicts shuffled, ungated": "verdicts ungated",
    "a generic judge's night, ungated": "generic ungated",
}
"""Arms that are printed beside them."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: a day, a night in every arm, and the next day's conversations with each."""
    from eudaimon.experiments.arms import nights, rivals, rolls
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    day = desk.once("day", lambda: nights.live_day(desk, model))
    slept = {
        arm: desk.once(f"night {arm}", partial(nights.sleep_as, desk, model, arm, judge))
        for arm, judge in _judges(desk).items()
    }
    effort, examples = slept["slept"]["flops"], int(slept["slept"]["figures"].get("examples", 1))
    awake = {
        arm: desk.once(f"training {arm}", partial(rivals.train_awake, desk, model, arm, signals, effort))
        for arm, signals in (("awake", rivals.said_by_day), ("lore", partial(rivals.good_lore, examples)))
    }
    worn = {"base": "", "awake": "awake", "lore": "lore"}
    for arm, night in slept.items():
        worn |= {arm: night["adopted"], f"{arm} ungated": night["candidate"]}
    tests = {arm: nights.tested(desk, model, field, adapter) for arm, adapter in worn.items()}
    count = 1 + effort / tests["base"]["flops"]
    tests["best"] = desk.once("test best", partial(rivals.best_of, desk, model, field, count))
    return {
        "tests": tests,
        "skills": {arm: nights.skilled(desk, model, worn[arm], rolls.share_right) for arm in ("base", "slept")},
        "day": day["figures"],
        "nights": {arm: {"figures": night["figures"], "gate": night["gate"]} for arm, night in slept.items()},
        "worn": {arm: bool(night["adopted"]) for arm, night in slept.items()},
        "efforts": {
            "the night": effort,
            "awake supervised training": awake["awake"],
            "awake best-of-n": tests["best"]["flops"] - tests["base"]["flops"],
        },
    }


def _judges(desk: Desk) -> dict[str, Callable[[Life], Critic]]:
    """Who judges in each arm's night. In the planted null the council's own verdicts are dealt out anew too."""
    from eudaimon.experiments.arms import critics, nights

    seed = desk.life.seed
    return {
        "slept": partial(critics.verdicts_shuffled, seed=seed + 1) if desk.null else nights.council,
        "comments": partial(critics.comments_shuffled, seed=seed),
        "verdicts": partial(critics.verdicts_shuffled, seed=seed),
        "generic": critics.generic,
        "labeller": partial(critics.labeller, seed=seed),
    }


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import exactly, interval, paired
    from eudaimon.experiments.arms.field import evidence, name_of
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]

    def of(arm: str, what: str = "gold") -> list[float]:
        return [evidence(one.figures["tests"][arm], what) for one in lived]

    def counted(arm: str) -> Estimate:
        """The gain over an arm; nothing, where its sign turns among replies that parse."""
        gain, parsed = (paired(of("slept", what), of(arm, what), blocks) for what in ("gold", "gold given parsed"))
        return gain if gain.value * parsed.value > 0 else exactly(0.0)

    estimates = {f"gain over {rival}": counted(arm) for rival, arm in RIVALS.items()}
    arms = {**RIVALS, **BESIDE, "slept": "slept"}
    controls: dict[str, Any] = {f"gold: {name}": interval(of(arm), blocks) for name, arm in arms.items()}
    for name, arm in arms.items():
        controls[f"parsed: {name}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
        controls[f"gold given parsed: {name}"] = fmean(of(arm, "gold given parsed"))
    for arm in ("slept", "comments", "verdicts", "generic", "labeller"):
        gates = [one.figures["nights"][arm]["figures"] for one in lived]
        controls[f"adopted: {arm}"] = fmean(one.figures["worn"][arm] for one in lived)
        controls[f"KL at the gate: {arm}"] = fmean(gate.get("kl at gate", 0.0) for gate in gates)
    for name in lived[0].figures["efforts"]:
        controls[f"operations: {name}"] = fmean(one.figures["efforts"][name] for one in lived)
    cells = {}
    for place, family in enumerate(FAMILIES):
        ours, theirs = ([one.figures["tests"][arm]["gold"][place] for one in lived] for arm in ("slept", "base"))
        cells[name_of(family)] = paired(ours, theirs, blocks)
    gap = paired(of("slept"), of("comments"), blocks)
    tie = gap.low <= 0 <= gap.high
    note = "Shuffled comments tie: labels, not commentary, do the work." if tie else "Shuffled comments do not tie."
    old, new = ([one.figures["skills"][arm] for one in lived] for arm in ("base", "slept"))
    estimates["loss on old skills"] = paired(old, new, blocks)
    return Finding(estimates, controls, cells, note=note)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
