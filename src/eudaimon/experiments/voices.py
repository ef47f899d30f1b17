"""Voices: is it the many voices that help, or only that each asks for no more than enough?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.pooling import Judging
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Figure, Finding, Lived
    from eudaimon.language.local import LocalModel

LEAST_PAIRS, LEAST_KL = 20, 0.005
"""What both primary arms must have learned from in every life, and how far from the base, in nats per token, that must
have brought them: short of it there is nothing to compare."""

REGISTRATION = Registration(
    name="voices",
    claim=(
        'The way humans find some semblance of peace and happiness is through having multiple, unrelated "rewards" '
        'like a loving family, a job that\'s "good enough", enjoying little things'
    ),
    hypothesis="At equal pressure, a council that asks for enough leaves people better off than the sum of its voices.",
    metric=(
        "flourishing in [0, 1] of test conversations after a night, council-bounded minus sum-bounded, at equal KL, "
        "paired by life; a gain counts only if its sign holds where all replies parse"
    ),
    criteria=(Criterion("council-bounded minus sum-bounded", ">", 0.0),),
    unit="a life",
    controls=(
        "{council, best single voice (chosen on the gate split), sum, worst-of, generic} x {bounded, maximised}",
        "bounded minus maximised, averaged over who judges",
        "the worst need",
        "z(trained score) minus z(gold)",
        "KL and pairs that every arm reached, and those at which it was compared",
        "operations of training, comments that every arm asked for, and operations of hearing",
        "bounded by lore's labelling rules as the judge; supervised training on good lore",
        "realised pairwise correlation of the archetypes' errors",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "All arms sleep on copies of one day, five times as long as usual and replayed whole, and try the same "
        "replies; they differ in who scores these, and in whether enough is enough (bounded: the night's rule; "
        "maximised: always the highest score against the lowest). Sum: the mean probability of going on over all "
        "voices and passages; worst-of: the lowest; single: that of one voice, whose choice among four of the base's "
        "conversations is worth most gold on the gate split of the same life; generic: that of a judge of good or not. "
        "Each arm learns as many pairs and labels as the primary arm that found fewer, those of the widest margins, in "
        "eight passes (about a usual night's steps, since there are few); who found less learns what it found. Good "
        "lore: as many examples, for about as many operations. Candidates are taken ungated, and each adapter is "
        "scaled, up to fourfold, until its KL to the base, exact at every token of what the base says to people of the "
        "gate split, is the smaller one of those that the two primary arms reached. Testable only if in every life "
        f"both primary arms have at least {LEAST_PAIRS} pairs, are at least {LEAST_KL} nats per token from the base "
        "and within 5% of each other, and if their operations of training, summed over lives, are within 5%. "
        "Deviations: what hearing costs is not matched, since the sum asks all voices and the council five, and all "
        "arms share what they heard; comments asked for are printed. Open: the base told to be a good helper. "
        "Flourishing: the mean over all families but the positive control. A gain whose sign does not hold where all "
        "replies parse is none. Paired by life, averaged within births, t over births, two-sided 95%. Worst need: the "
        "lowest of the mean effects on the five needs. z: the shift from the base in its standard deviations, over "
        "every third test conversation. 300 conversations, since a life so takes some ten minutes of one core. If this "
        "fails, the credit goes to boundedness, and the text says so."
    ),
    first_village=1500,
)

VOICES = ("sum", "worst-of", "council", "single", "generic")
"""Who may judge a night; see `pooling.judges`."""
HOW = {"bounded": True, "maximised": False}
ARMS = tuple(f"{who}-{how}" for who in VOICES for how in HOW)
OURS, THEIRS, BASE = "council-bounded", "sum-bounded", "base"
PRIMARY = (OURS, THEIRS)
LABELLER, LORE = "labeller-bounded", "lore"
NIGHTS, ALL = (*ARMS, LABELLER), (*ARMS, LABELLER, LORE)
"""Arms that sleep, and all that are trained."""
FLOURISHING, PARSED = "flourishing", "flourishing given parsed"
LENGTH = 5
"""How many times as long as usual day and night are: the sum of all voices finds little between good replies."""
PASSES = 8
"""How often each pair and label is learned: of the few that all arms have, about the steps of a usual night."""
PILOT = 56
"""Conversations of the gate split by which the single voice is chosen."""
HEARD = 3
"""Of every so many test conversations, the replies of one are scored: hearing costs more than speaking."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: a day, what every arm would learn of it, as much learned by each, and the same people before each.

    In the planted null the scores of both primary arms' judges are dealt out anew, so that the true difference is 0.
    """
    from eudaimon.evals.card import correlations
    from eudaimon.experiments.arms import nights, pooling, rivals
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.choosing import worths_alone
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.matching import MATCHED, at_equal_kl, fewest, learn_as_many
    from eudaimon.worlds.village import Split

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, gated=False, length=LENGTH))
    gate = Field.of(desk, split=Split.GATE, count=PILOT)
    worths = desk.once("single voices", partial(worths_alone, desk, model, gate, pooling.everybody()))
    best = max(worths, key=lambda voice: worths[voice])
    drawn = _drawn(desk, model, best)
    most = fewest(drawn, PRIMARY)
    learn = partial(learn_as_many, desk, model, most=most, passes=PASSES)
    learned = {arm: desk.once(f"training {arm}", partial(learn, arm)) for arm in NIGHTS}
    lore = partial(rivals.good_lore, max(1, sum(most.values())))
    learned[LORE] = rivals.train_awake(desk, model, LORE, lore, learned[OURS].get("flops") or None)
    adapters = {arm: f"{arm}/{MATCHED}" if learned[arm] else "" for arm in NIGHTS} | {LORE: LORE}
    points = desk.once("strengths", partial(at_equal_kl, desk, model, adapters, PRIMARY))
    judges, tested = pooling.judges(best), partial(_tested, desk, model, field)
    tests = {BASE: desk.once(f"test {BASE}", partial(tested, judges, "", 0.0))}
    for arm, point in points.items():
        heard = {who: judge for who, judge in judges.items() if who == _parts(arm)[0]}
        test = partial(tested, heard, adapters[arm], point["strength"])
        tests[arm] = desk.once(f"test {arm}", test) if point["strength"] else tests[BASE]
    errors = desk.once("errors", partial(correlations, model, desk.life.village))
    found = {"worths": worths, "best": best, "drawn": drawn, "learned": learned}
    return {**found, "points": points, "tests": tests, "errors": errors}


def _drawn(desk: Desk, model: LocalModel, best: str) -> dict[str, dict[str, float]]:
    """How many pairs and labels every arm would learn from, and what that took. Each arm is a unit, but all share what
    they heard: the first asks everybody."""
    from eudaimon.experiments.arms import critics, pooling
    from eudaimon.experiments.arms.drawing import drawn_by
    from eudaimon.experiments.arms.sharing import AskedOnce

    seed, judges = desk.life.seed, pooling.judges(best)
    judges["labeller"] = partial(critics.labeller, seed=seed)
    if desk.null:
        for who in {_parts(arm)[0] for arm in PRIMARY}:
            judges[who] = partial(critics.verdicts_shuffled, judge=judges[who], seed=seed + 1)
    draw, drawn = partial(drawn_by, desk, model, AskedOnce(model), length=LENGTH), {}
    for arm in NIGHTS:
        who, how = _parts(arm)
        drawn[arm] = desk.once(f"signals {arm}", partial(draw, arm, judges[who], bounded=HOW[how]))
    return drawn


def _tested(
    desk: Desk, model: LocalModel, field: Field, judges: Mapping[str, Judging], adapter: str, strength: float
) -> dict[str, Any]:
    """What a persona's replies are worth, and how judges, by name, score them."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.choosing import scores_of
    from eudaimon.experiments.arms.matching import dressed
    from eudaimon.experiments.arms.nights import DAY
    from eudaimon.experiments.arms.sharing import AskedOnce
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.life import Life

    speech = by_day(desk.life.seed, reflect=False)
    talks = field.play(Speaker(dressed(desk, model, adapter, strength), None, speech))
    said = field.said(talks)[::HEARD]
    with Life.open(desk.folder / DAY, AskedOnce(model)) as life:
        scores = {who: scores_of(judge(life), said) for who, judge in judges.items()}
    return {**field.worth(talks), "scores": scores}


def _parts(arm: str) -> tuple[str, str]:
    """Who judges in an arm, and how; nobody in one that does not sleep."""
    who, _, how = arm.rpartition("-")
    return who, how


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import interval, paired
    from eudaimon.experiments.arms.field import name_of
    from eudaimon.experiments.arms.gains import counted
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]
    gain, parsed, needs = (
        paired(_of(lived, OURS, what), _of(lived, THEIRS, what), blocks) for what in (FLOURISHING, PARSED, "worst need")
    )
    estimate = counted(gain, parsed)
    credit = interval([fmean(one) for one in zip(*_boundedness(lived).values(), strict=True)], blocks)
    controls: dict[str, Figure] = {
        "the gain as it stands": gain,
        "the gain where all replies parse": parsed,
        "the gain in the worst need": needs,
        "bounded minus maximised, averaged over who judges": credit,
    }

    def gained(what: str, place: int) -> Estimate:
        ours, theirs = ([one.figures["tests"][arm][what][place] for one in lived] for arm in PRIMARY)
        return paired(ours, theirs, blocks)

    cells: dict[str, Figure] = {
        name_of(family): counted(gained(FLOURISHING, place), gained(PARSED, place))
        for place, family in enumerate(FAMILIES)
    }
    doubts = list(_doubts(lived))
    note = f"Not testable: {'; '.join(doubts)}." if doubts else _note(estimate, credit, lived)
    controls |= _controls(lived, blocks)
    return Finding({REGISTRATION.primary.name: estimate}, controls, cells, testable=not doubts, note=note)


def _doubts(lived: Sequence[Lived]) -> Iterator[str]:
    """Why the primary arms cannot be compared; see the registration."""
    from eudaimon.experiments.arms.matching import distances
    from eudaimon.experiments.harness.effort import TOLERANCE, spread

    pairs = min(one.figures["drawn"][arm]["pairs"] for one in lived for arm in PRIMARY)
    least, apart = distances(lived, PRIMARY)
    work = spread({arm: sum(one.figures["learned"][arm].get("flops", 0.0) for one in lived) for arm in PRIMARY})
    if pairs < LEAST_PAIRS:
        yield f"a primary arm found {pairs} pairs in a life, where {LEAST_PAIRS} are needed"
    if least < LEAST_KL:
        yield f"one came to {least:.4f} nats per token, where {LEAST_KL} are needed"
    if apart > TOLERANCE:
        yield f"they are {apart:.1%} apart in KL in a life, where {TOLERANCE:.0%} is allowed"
    if work > TOLERANCE:
        yield f"they are {work:.1%} apart in operations of training, where {TOLERANCE:.0%} is allowed"


def _of(lived: Sequence[Lived], arm: str, what: str = FLOURISHING) -> list[float]:
    """A figure of an arm in each life, averaged over the families that are evidence."""
    from eudaimon.experiments.arms.field import evidence

    return [evidence(one.figures["tests"][arm], what) for one in lived]


def _boundedness(lived: Sequence[Lived]) -> dict[str, list[float]]:
    """Bounded minus maximised in flourishing, by who judges and by life."""
    arms = {who: [_of(lived, f"{who}-{how}") for how in HOW] for who in VOICES}
    return {who: [a - b for a, b in zip(*both, strict=True)] for who, both in arms.items()}


def _controls(lived: Sequence[Lived], blocks: Sequence[int]) -> dict[str, Figure]:
    """What stands beside the primary figure, arm by arm."""
    from eudaimon.evals.statistics import interval
    from eudaimon.experiments.arms.errors import in_common
    from eudaimon.experiments.arms.matching import reached

    found: dict[str, Figure] = {
        f"bounded minus maximised: {who}": interval(some, blocks) for who, some in _boundedness(lived).items()
    }
    for arm in (BASE, *ALL):
        for what in (FLOURISHING, "worst need", "gold", "gold given parsed"):
            found[f"{what}: {arm}"] = interval(_of(lived, arm, what), blocks)
        found[f"parsed: {arm}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
    for arm in ARMS:
        over = [_over_optimised(one.figures["tests"], arm) for one in lived]
        found[f"z(trained score) minus z(gold): {arm}"] = interval(over, blocks)
        found[f"comments asked for: {arm}"] = fmean(one.figures["drawn"][arm]["comments"] for one in lived)
    hearing = [sum(some["flops"] for some in one.figures["drawn"].values()) for one in lived]
    found["operations of trying and hearing, all arms together"] = fmean(hearing)
    return found | reached(lived, PRIMARY) | in_common(lived)


def _over_optimised(tests: Mapping[str, Any], arm: str) -> float:
    """z(trained score) - z(gold): by how many of the base's standard deviations (over conversations) the one rose more
    than the other."""
    who, _ = _parts(arm)
    base, ours = tests[BASE], tests[arm]
    return _z(ours["scores"][who], base["scores"][who]) - _z(ours["each"][::HEARD], base["each"][::HEARD])


def _z(ours: Sequence[float], base: Sequence[float]) -> float:
    spread = stdev(base)
    return (fmean(ours) - fmean(base)) / spread if spread else 0.0


def _note(gain: Estimate, credit: Estimate, lived: Sequence[Lived]) -> str:
    """What is said of the result in words."""
    chosen = Counter(one.figures["best"] for one in lived)
    said = "The single voice, by lives: " + ", ".join(f"{voice} {count}" for voice, count in chosen.most_common()) + "."
    if REGISTRATION.primary.met(gain):
        return said
    figure = f"{credit.value:+.3f} [{credit.low:+.3f}, {credit.high:+.3f}] in flourishing"
    doubt = "" if credit.low > 0 else ", which is not above 0 for sure either"
    return (
        "The primary figure fails, so the credit goes to boundedness: bounded minus maximised, averaged over who "
        f"judges, is {figure}{doubt}. {said}"
    )


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
