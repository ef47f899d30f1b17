"""Sleep: does a night of commentary make the next day better, and is it the commentary that does it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
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
        "pass (intersection-union). A gain counts only if its sign holds for gold given parsed too, by the 95% bound. "
        "If shuffled comments tie, the finding is: labels, not commentary, do the work. Gold is the mean over all "
        "families but the positive control. People come to test without the council; replies are sampled at the "
        "temperature of days. The awake arms get the night's operations: training as passes over the day's own "
        "replies, best-of-n as n, both in fractions, since their costs are measured and met; testable only if in "
        "every life either is within 5% of the night's. What the first reply of best-of-n costs is everybody's. Old "
        "skills: share of right values in some 900 questions about rolls of six facts, greedy. In the planted null "
        "the primary figure holds two nights against each other, ungated, whose verdicts were both dealt out anew: "
        "what the day's council and the charter's floors leave in the data is in both, and they differ by chance "
        "alone."
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
NIGHT, AWAKE = "the night", ("awake supervised training", "awake best-of-n")
"""Whose operations have to be equal."""


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
        arm: rivals.train_awake(desk, model, arm, signals, effort)
        for arm, signals in (("awake", rivals.said_by_day), ("lore", partial(rivals.good_lore, examples)))
    }
    worn = {"base": "", "awake": "awake", "lore": "lore"}
    for arm, night in slept.items():
        worn |= {arm: night["adopted"], f"{arm} ungated": night["candidate"]}
    tests = {arm: nights.tested(desk, model, field, adapter) for arm, adapter in worn.items()}
    alone = tests["base"]["flops"]
    tests["best"] = rivals.best_of(desk, model, field, alone + effort)
    if desk.null:
        tests["slept"], tests["base"] = tests["slept ungated"], tests["verdicts ungated"]
    return {
        "tests": tests,
        "skills": {arm: nights.skilled(desk, model, worn[arm], rolls.share_right) for arm in ("base", "slept")},
        "day": day["figures"],
        "nights": {arm: {"figures": night["figures"], "gate": night["gate"]} for arm, night in slept.items()},
        "worn": {arm: bool(night["adopted"]) for arm, night in slept.items()},
        "counts": {"passes": awake["awake"]["passes"], "replies": tests["best"]["count"]},
        "efforts": {
            NIGHT: effort,
            AWAKE[0]: awake["awake"]["flops"],
            AWAKE[1]: tests["best"]["flops"] - alone,
            "supervised training on good lore": awake["lore"]["flops"],
            **{f"night of {arm}": night["flops"] for arm, night in slept.items() if arm != "slept"},
        },
    }


def _judges(desk: Desk) -> dict[str, Callable[[Life], Critic]]:
    """Who judges in each arm's night. In the planted null the council's own verdicts are dealt out anew too, otherwise
    than those of the arm that its night is held against."""
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
    from eudaimon.evals.statistics import interval, paired
    from eudaimon.experiments.arms.field import evidence, name_of
    from eudaimon.experiments.arms.gains import counted
    from eudaimon.experiments.harness.effort import TOLERANCE, spread
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]

    def of(arm: str, what: str = "gold") -> list[float]:
        return [evidence(one.figures["tests"][arm], what) for one in lived]

    arms = {**RIVALS, **BESIDE, "slept": "slept"}
    controls: dict[str, Any] = {f"gold: {name}": interval(of(arm), blocks) for name, arm in arms.items()}
    estimates = {}
    for rival, arm in RIVALS.items():
        gain, parsed = (paired(of("slept", what), of(arm, what), blocks) for what in ("gold", "gold given parsed"))
        estimates[f"gain over {rival}"] = counted(gain, parsed)
        controls |= {f"gain over {rival}, as it stands": gain, f"gain over {rival}, given parsed": parsed}
    for name, arm in arms.items():
        controls[f"parsed: {name}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
        controls[f"gold given parsed: {name}"] = fmean(of(arm, "gold given parsed"))
    for arm in ("slept", "comments", "verdicts", "generic", "labeller"):
        gates = [one.figures["nights"][arm]["figures"] for one in lived]
        controls[f"adopted: {arm}"] = fmean(one.figures["worn"][arm] for one in lived)
        controls[f"KL at the gate: {arm}"] = fmean(gate.get("kl at gate", 0.0) for gate in gates)
    efforts = [one.figures["efforts"] for one in lived]
    apart = {name: max(spread({arm: one[arm] for arm in (NIGHT, name)}) for one in efforts) for name in efforts[0]}
    for name, most in apart.items():
        controls[f"operations: {name}"] = fmean(one[name] for one in efforts)
        controls[f"operations apart, the night and {name}, at most"] = most
    for what in lived[0].figures["counts"]:
        controls[f"{what} awake"] = fmean(one.figures["counts"][what] for one in lived)
    cells = {}
    for place, family in enumerate(FAMILIES):
        ours, theirs = ([one.figures["tests"][arm]["gold"][place] for one in lived] for arm in ("slept", "base"))
        cells[name_of(family)] = paired(ours, theirs, blocks)
    gap = paired(of("slept"), of("comments"), blocks)
    tie = gap.low <= 0 <= gap.high
    note = "Shuffled comments tie: labels, not commentary, do the work." if tie else "Shuffled comments do not tie."
    old, new = ([one.figures["skills"][arm] for one in lived] for arm in ("base", "slept"))
    estimates["loss on old skills"] = paired(old, new, blocks)
    far = max(apart[name] for name in AWAKE)
    note += f" Operations of the night and the awake arms are up to {far:.1%} apart, {TOLERANCE:.0%} are allowed."
    return Finding(estimates, controls, cells, far <= TOLERANCE, note)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
