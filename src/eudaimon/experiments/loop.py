"""The loop: is it better to pause before a council than to spend the same effort otherwise?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Finding, Lived
    from eudaimon.language.local import LocalModel
    from eudaimon.psyche import Judge

REGISTRATION = Registration(
    name="loop",
    claim=(
        "Then, at every reflection point, we have a new branch of possibility. What / who makes the decision to stop "
        "and change or keep going? A set of archetypes or internal roles composed from them."
    ),
    hypothesis="Replies spoken before the council are worth more than those of the best rival at equal effort.",
    metric="mean gold in [0, 1] of test conversations, council minus the best rival as chosen on the gate split",
    criteria=(
        Criterion("gain over the best rival", ">=", 0.03),
        Criterion("replies made worse", "<=", 0.02),
    ),
    unit="a life",
    controls=(
        "never reflecting",
        "random revision at the same rate",
        "best-of-n by likelihood",
        "self-asking with 8 votes",
        "one generic judge",
        "the lore's labelling rules as the judge",
        "a council with random weights, and one with its voices' names exchanged",
        "realised pairwise correlation of the archetypes' errors",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "All arms within 5% of the same FLOPs, the council's prefill included: whoever is cheaper replies more often, "
        "and gives the reply that is likeliest per word under the base; costs are taken on the gate split. The best "
        "rival is chosen by gold on the gate split, over all lives, then compared on the test split. Gold is the mean "
        "over all families but the positive control. Paired differences by life, averaged within births, t over "
        "births, two-sided 95%. A conversation is made worse if its gold falls against one that pauses as often under "
        "the same seed, and is never stopped."
    ),
    conversations=112,
    first_village=1100,
)

COUNCIL = "council"
RIVALS = (
    "best-of-n by likelihood",
    "random revision at the same rate",
    "self-asking with 8 votes",
    "one generic judge",
)
BESIDE = ("the labelling rules", "a council with random weights", "a council with exchanged names")
PILOT = 56
"""Conversations of the gate split, by which costs are taken and the best rival is chosen."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: every arm on the gate split and on the test split."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.nights import measured
    from eudaimon.experiments.arms.pausing import Indulgent, Repeated
    from eudaimon.psyche import Settings
    from eudaimon.worlds.village import Split

    model = born(desk)
    gate, test = Field.of(desk, split=Split.GATE, count=PILOT), Field.of(desk)
    rates = desk.once("rates", partial(_rates, desk, model, gate))
    judges = _judges(desk, model, gate, test, rates)

    def actor(arm: str, count: float = 1.0) -> Any:
        speech = Settings(seed=desk.life.seed, reflect=arm != RIVALS[0])
        return Repeated(Speaker(model, judges.get(arm), speech), count)

    arms = (COUNCIL, *RIVALS, *BESIDE)
    once = {arm: desk.once(f"cost {arm}", partial(measured, model, gate, actor(arm))) for arm in arms}
    effort = max(figures["flops"] for figures in once.values())
    guesses = {arm: effort / once[arm]["flops"] for arm in arms}
    piloted = {
        arm: once[arm]
        if guesses[arm] == 1
        else desk.once(f"pilot {arm}", partial(measured, model, gate, actor(arm, guesses[arm])))
        for arm in arms
    }
    counts = {arm: _count(guesses[arm], once[arm]["flops"], piloted[arm]["flops"], effort) for arm in arms}
    tests = {arm: desk.once(f"test {arm}", partial(measured, model, test, actor(arm, counts[arm]))) for arm in arms}
    single = desk.once("test one council", partial(measured, model, test, actor(COUNCIL)))
    unpaused = Repeated(Speaker(model, Indulgent(), Settings(seed=desk.life.seed)), 1.0)
    return {
        "gate": piloted,
        "tests": tests,
        "single": single,
        "unpaused": desk.once("test unpaused", partial(measured, model, test, unpaused)),
        "counts": counts,
        "rates": rates,
        "errors": desk.once("errors", partial(_errors, model, desk.life.village)),
    }


def _count(guess: float, once: float, guessed: float, effort: float) -> float:
    """How many replies cost `effort`, where one costs `once` and `guess` of them `guessed`: what they share is read
    once, so that the cost is a straight line that does not begin at 0."""
    return 1.0 if guess == 1 else 1 + (effort - once) * (guess - 1) / max(guessed - once, 1.0)


def _judges(desk: Desk, model: LocalModel, gate: Field, test: Field, rates: dict[str, float]) -> dict[str, Judge]:
    """Who is paused before, by arm. In the planted null the council is the dice."""
    from eudaimon.experiments.arms.births import unborn
    from eudaimon.experiments.arms.critics import JUDGE, Labeller
    from eudaimon.experiments.arms.known import Known
    from eudaimon.experiments.arms.pausing import Dice, Exchanged, Votes
    from eudaimon.life import Manner
    from eudaimon.psyche import Council, Everyone, load_archetypes, read_pools
    from eudaimon.worlds.village.lore import Recipe

    archetypes, manner, seed = load_archetypes(), Manner(), desk.life.seed
    pool = read_pools(archetypes)[manner.pool]
    known = Known((*gate.situations, *test.situations), seed)
    generic = Council(model, {JUDGE.name: JUDGE}, Everyone((JUDGE.name,)), comment_tokens=manner.comment_tokens)
    return {
        COUNCIL: Dice(rates, seed + 1) if desk.null else manner.council(model, archetypes),
        "random revision at the same rate": Dice(rates, seed),
        "self-asking with 8 votes": Votes(model, seed=seed),
        "one generic judge": generic,
        "the labelling rules": Labeller(known, {name: archetypes[name] for name in pool}, Recipe(), seed),
        "a council with random weights": manner.council(unborn(model, seed), archetypes),
        "a council with exchanged names": manner.council(Exchanged(model, pool), archetypes),
    }


def _rates(desk: Desk, model: LocalModel, gate: Field) -> dict[str, float]:
    """How often the council rules what, on the gate split."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.life import Manner
    from eudaimon.psyche import Settings, load_archetypes

    counted: Counter[str] = Counter()
    council = Manner().council(model, load_archetypes())

    class Counting:
        def hear(self, pauses: Sequence[Any]) -> list[Any]:
            decisions = council.hear(pauses)
            counted.update(str(one.verdict) for one in decisions)
            return decisions

    model.load_adapter(None)
    model.forget()
    gate.play(Speaker(model, Counting(), Settings(seed=desk.life.seed)))
    return {verdict: count / counted.total() for verdict, count in counted.items()}


def _errors(model: LocalModel, village: int) -> dict[str, float]:
    """Realised correlation of the archetypes' errors, by pair."""
    from eudaimon.evals.card import correlations

    return correlations(model, village)


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import interval, paired
    from eudaimon.experiments.arms.errors import in_common
    from eudaimon.experiments.arms.field import evidence, name_of
    from eudaimon.experiments.harness.effort import TOLERANCE, spread
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]

    def of(arm: str, what: str = "gold", where: str = "tests") -> list[float]:
        return [evidence(one.figures[where][arm], what) for one in lived]

    best = max(RIVALS, key=lambda arm: fmean(of(arm, where="gate")))
    efforts = {arm: fmean(one.figures["tests"][arm]["flops"] for one in lived) for arm in (COUNCIL, *RIVALS, *BESIDE)}
    apart = spread({arm: efforts[arm] for arm in (COUNCIL, best)})
    worse = [
        fmean(a < b - 1e-9 for a, b in zip(one.figures["single"]["each"], one.figures["unpaused"]["each"], strict=True))
        for one in lived
    ]
    gain, parsed = (paired(of(COUNCIL, what), of(best, what), blocks) for what in ("gold", "gold given parsed"))
    controls: dict[str, Any] = {}
    for arm in (COUNCIL, *RIVALS, *BESIDE):
        controls[f"gold: {arm}"] = interval(of(arm), blocks)
        controls[f"parsed: {arm}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
        controls[f"gold given parsed: {arm}"] = fmean(of(arm, "gold given parsed"))
        controls[f"replies: {arm}"] = fmean(one.figures["counts"][arm] for one in lived)
    controls["gold: the council, one reply"] = interval([evidence(one.figures["single"]) for one in lived], blocks)
    controls["gold: never stopped, one reply"] = interval([evidence(one.figures["unpaused"]) for one in lived], blocks)
    controls["gain given parsed"] = parsed
    controls["operations apart, council and best rival"] = apart
    controls |= in_common(lived)
    cells = {}
    for place, family in enumerate(FAMILIES):
        ours, theirs = ([one.figures["tests"][arm]["gold"][place] for one in lived] for arm in (COUNCIL, best))
        cells[name_of(family)] = paired(ours, theirs, blocks)
    estimates = {"gain over the best rival": gain, "replies made worse": interval(worse, blocks)}
    note = f"The best rival on the gate split: {best}; operations are {apart:.1%} apart, {TOLERANCE:.0%} are allowed."
    return Finding(estimates, controls, cells, testable=apart <= TOLERANCE, note=note)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
