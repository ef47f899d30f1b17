"""Voices: is it the many voices that help, or only that each asks for no more than enough?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Figure, Finding, Lived
    from eudaimon.language.local import LocalModel
    from eudaimon.life import Life
    from eudaimon.night import Critic

REGISTRATION = Registration(
    name="voices",
    claim=(
        'The way humans find some semblance of peace and happiness is through having multiple, unrelated "rewards" '
        'like a loving family, a job that\'s "good enough", enjoying little things'
    ),
    hypothesis="At equal pressure, a council that asks for enough leaves people better off than the sum of its voices.",
    metric=(
        "flourishing in [0, 1] of test conversations after a night, council-bounded minus sum-bounded, at equal KL, "
        "paired by life"
    ),
    criteria=(Criterion("council-bounded minus sum-bounded", ">", 0.0),),
    unit="a life",
    controls=(
        "{council, best single voice (chosen on the gate split), sum, worst-of, generic} x {bounded, maximised}",
        "bounded minus maximised, averaged over who judges",
        "the worst need",
        "z(trained score) minus z(gold)",
        "KL and pairs that every arm reached, and those at which it was compared",
        "operations of training",
        "realised pairwise correlation of the archetypes' errors",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "All arms sleep on copies of one day, three times as long as usual and replayed whole, and try the same "
        "replies; they differ in who scores these, and in whether enough is enough (bounded: the night's rule; "
        "maximised: always the highest score against the lowest). Sum: the mean probability of going on over all "
        "voices and passages; worst-of: the lowest; single: that of one voice, whose choice among four of the base's "
        "conversations is worth most gold on the gate split of the same life; generic: that of a judge of good or not. "
        "Each arm learns as many pairs and labels as the arm that found fewest, those of the widest margins, in eight "
        "passes (about a usual night's steps, since there are few), so that training takes as many examples; voices "
        "are heard once for all arms, and what hearing costs is not matched. Candidates are taken ungated, and each "
        "adapter is scaled, up to fourfold, until its KL to the base, exact at every token of what the base says at "
        "the gate, is the smaller one of those that the two primary arms reached. Flourishing: the mean over all "
        "families but the positive control; a gain counts only if its sign holds where all replies parse. Paired by "
        "life, averaged within births, t over births, two-sided 95%. Worst need: the lowest of the mean effects on the "
        "five needs. z: the shift from the base in its standard deviations, over every third test conversation. 300 "
        "conversations, since a life so takes some ten minutes of one core. If this fails, the credit goes to "
        "boundedness, and the text says so."
    ),
    first_village=1500,
)

VOICES = ("sum", "worst-of", "council", "single", "generic")
"""Who may judge a night. The sum is the first, since it asks everybody, so that all others find their answers known."""
HOW = {"bounded": True, "maximised": False}
ARMS = tuple(f"{who}-{how}" for who in VOICES for how in HOW)
COUNCIL, OURS, THEIRS, BASE = "council", "council-bounded", "sum-bounded", "base"
FLOURISHING, PARSED = "flourishing", "flourishing given parsed"
LENGTH = 3
"""How many times as long as usual day and night are: the sum of all voices finds little between good replies."""
PASSES = 8
"""How often each pair and label is learned: of the few that all arms have, about the steps of a usual night."""
PILOT = 56
"""Conversations of the gate split by which the single voice is chosen."""
HEARD = 3
"""Of every so many test conversations, the replies of one are scored: hearing costs more than speaking."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: a day, what every arm would learn of it, as much learned by each, and the same people before each."""
    from eudaimon.evals.card import correlations
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.choosing import worths_alone
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.matching import at_equal_kl, learn_as_many
    from eudaimon.worlds.village import Split

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, length=LENGTH))
    gate = Field.of(desk, split=Split.GATE, count=PILOT)
    worths = desk.once("single voices", partial(worths_alone, desk, model, gate, _everybody()))
    best = max(worths, key=lambda voice: worths[voice])
    drawn = desk.once("signals", partial(_drawn, desk, model, best))
    fewest = {what: min(drawn[arm][what] for arm in ARMS) for what in ("pairs", "labels")}
    learn = partial(learn_as_many, desk, model, most=fewest, passes=PASSES)
    learned = {arm: desk.once(f"training {arm}", partial(learn, arm)) for arm in ARMS}
    able = [arm for arm in ARMS if learned[arm]]
    points = desk.once("strengths", partial(at_equal_kl, desk, model, able, (OURS, THEIRS)))
    strengths = {arm: points[arm]["strength"] if arm in points else 0.0 for arm in (BASE, *ARMS)}
    tests = {
        arm: desk.once(f"test {arm}", partial(_tested, desk, model, field, best, arm, strength))
        for arm, strength in strengths.items()
    }
    errors = desk.once("errors", partial(correlations, model, desk.life.village))
    return {
        "worths": worths,
        "best": best,
        "drawn": drawn,
        "fewest": fewest,
        "learned": learned,
        "points": points,
        "tests": tests,
        "errors": errors,
    }


def _judges(best: str) -> dict[str, Callable[[Life], Critic]]:
    """Who judges, by VOICES."""
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.critics import JUDGE
    from eudaimon.experiments.arms.pooling import pooled

    everybody = _everybody()
    return {
        "sum": partial(pooled, names=everybody, merge=fmean),
        "worst-of": partial(pooled, names=everybody, merge=min),
        "council": nights.council,
        "single": partial(pooled, names=(best,), merge=fmean),
        "generic": partial(pooled, names=(JUDGE.name,), merge=fmean),
    }


def _everybody() -> tuple[str, ...]:
    """The pool that a life's council is drawn from."""
    from eudaimon.life import Manner
    from eudaimon.psyche import load_archetypes, read_pools

    return read_pools(load_archetypes())[Manner().pool]


def _drawn(desk: Desk, model: LocalModel, best: str) -> dict[str, dict[str, int]]:
    """How many pairs and labels every arm would learn from. All arms in one unit, since they share what they heard.

    In the planted null the council's verdicts are dealt out anew.
    """
    from eudaimon.experiments.arms import critics, nights
    from eudaimon.experiments.arms.matching import by_sort
    from eudaimon.experiments.arms.sharing import AskedOnce

    judges, asked = _judges(best), AskedOnce(model)
    if desk.null:
        judges[COUNCIL] = partial(critics.verdicts_shuffled, seed=desk.life.seed + 1)
    drawn = {}
    for arm in ARMS:
        who, how = _parts(arm)
        usual = nights.NIGHTS
        settings = replace(usual, bounded=HOW[how], replays=LENGTH * usual.replays, dreams=LENGTH * usual.dreams)
        signals = nights.draw_as(desk, asked, arm, judges[who], settings)
        drawn[arm] = {what: len(some) for what, some in by_sort(signals).items()}
    return drawn


def _tested(desk: Desk, model: LocalModel, field: Field, best: str, arm: str, strength: float) -> dict[str, Any]:
    """What an arm's replies are worth, and what those whose scores they were trained on make of them; all, of the
    base's."""
    from eudaimon.experiments.arms.choosing import scores_of
    from eudaimon.experiments.arms.matching import MATCHED
    from eudaimon.experiments.arms.nights import DAY
    from eudaimon.experiments.arms.pressure import spoken
    from eudaimon.experiments.arms.sharing import AskedOnce
    from eudaimon.life import Life

    talks, kl = spoken(desk, model, field, f"{arm}/{MATCHED}", strength)
    judges, said = _judges(best), field.said(talks)
    heard = VOICES if arm == BASE else _parts(arm)[:1]
    with Life.open(desk.folder / DAY, AskedOnce(model)) as life:
        scores = {who: scores_of(judges[who](life), said[::HEARD]) for who in heard}
    return {**field.worth(talks), "kl": kl, "scores": scores}


def _parts(arm: str) -> tuple[str, str]:
    """Who judges in an arm, and how."""
    who, how = arm.rsplit("-", 1)
    return who, how


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import exactly, interval, paired
    from eudaimon.experiments.arms.field import name_of
    from eudaimon.experiments.harness.effort import TOLERANCE, spread
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]
    gain, parsed, needs = (
        paired(_of(lived, OURS, what), _of(lived, THEIRS, what), blocks) for what in (FLOURISHING, PARSED, "worst need")
    )
    estimate = gain if gain.value * parsed.value > 0 else exactly(0.0)
    credit = interval([fmean(one) for one in zip(*_boundedness(lived).values(), strict=True)], blocks)
    controls: dict[str, Figure] = {
        "the gain as it stands": gain,
        "the gain where all replies parse": parsed,
        "the gain in the worst need": needs,
        "bounded minus maximised, averaged over who judges": credit,
    }
    cells: dict[str, Figure] = {}
    for place, family in enumerate(FAMILIES):
        ours, theirs = ([one.figures["tests"][arm][FLOURISHING][place] for one in lived] for arm in (OURS, THEIRS))
        cells[name_of(family)] = paired(ours, theirs, blocks)
    apart = spread({arm: fmean(_reached(lived, arm)["KL when compared"]) for arm in (OURS, THEIRS)})
    note = _note(estimate, credit, lived)
    return Finding(
        {REGISTRATION.primary.name: estimate}, controls | _controls(lived, blocks), cells, apart <= TOLERANCE, note
    )


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

    found: dict[str, Figure] = {
        f"bounded minus maximised: {who}": interval(some, blocks) for who, some in _boundedness(lived).items()
    }
    for arm in (BASE, *ARMS):
        for what in (FLOURISHING, "worst need", "gold", "gold given parsed"):
            found[f"{what}: {arm}"] = interval(_of(lived, arm, what), blocks)
        found[f"parsed: {arm}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
    for arm in ARMS:
        over = [_over_optimised(one.figures["tests"], arm) for one in lived]
        found[f"z(trained score) minus z(gold): {arm}"] = interval(over, blocks)
        found |= {f"{what}: {arm}": fmean(some) for what, some in _reached(lived, arm).items()}
    return found | in_common(lived)


def _over_optimised(tests: Mapping[str, Any], arm: str) -> float:
    """z(trained score) - z(gold): by how many of the base's standard deviations (over conversations) the one rose more
    than the other."""
    who, _ = _parts(arm)
    base, ours = tests[BASE], tests[arm]
    return _z(ours["scores"][who], base["scores"][who]) - _z(ours["each"][::HEARD], base["each"][::HEARD])


def _z(ours: Sequence[float], base: Sequence[float]) -> float:
    spread = stdev(base)
    return (fmean(ours) - fmean(base)) / spread if spread else 0.0


def _reached(lived: Sequence[Lived], arm: str) -> dict[str, list[float]]:
    """What an arm came to before and after it was matched, by life; an arm that learned nothing is the base."""
    points = [one.figures["points"].get(arm, {}) for one in lived]
    return {
        "pairs found": [one.figures["drawn"][arm]["pairs"] for one in lived],
        "labels found": [one.figures["drawn"][arm]["labels"] for one in lived],
        "pairs learned": [one.figures["fewest"]["pairs"] for one in lived],
        "labels learned": [one.figures["fewest"]["labels"] for one in lived],
        "operations of training": [one.figures["learned"][arm].get("flops", 0.0) for one in lived],
        "KL at full strength": [point.get("reached", 0.0) for point in points],
        "strength when compared": [point.get("strength", 0.0) for point in points],
        "KL when compared": [point.get("kl", 0.0) for point in points],
        "KL when compared, own replies": [one.figures["tests"][arm]["kl"] for one in lived],
    }


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
