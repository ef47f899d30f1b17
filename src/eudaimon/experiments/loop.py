"""The loop: is it better to pause before a council than to spend the same effort otherwise?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
        "never reflecting, with one reply and with as many as cost the same (best-of-n by likelihood)",
        "random revision at the same rate",
        "self-asking with 8 votes",
        "one generic judge",
        "each rival with one reply",
        "the lore's labelling rules as the judge",
        "a council with random weights, and one with its voices' names exchanged",
        "realised pairwise correlation of the archetypes' errors",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "The council replies once, and its effort, its prefill included, is every rival's: whoever is cheaper replies "
        "more often, and gives the reply that is likeliest per word under the base; costs are taken on the gate "
        "split, and must be within 5% on the test split. That may do harm, so each rival also comes as it is, with "
        "one reply; whose one reply costs more than the council's may have that too. The best rival is chosen among "
        "all of these by gold on the gate split, over all lives, then compared on the test split. Gold is the mean "
        "over all families but the positive control; a gain counts only if it is one among replies that parse, too. "
        "Paired differences by life, averaged within births, t over births, two-sided 95%. A conversation is made "
        "worse if its gold falls against one that pauses as often under the same seed, and is never stopped. The "
        "persona speaks and is heard as by day."
    ),
    first_village=1100,
)

COUNCIL, UNREFLECTING = "council", "best-of-n by likelihood"
RIVALS = (
    UNREFLECTING,
    "random revision at the same rate",
    "self-asking with 8 votes",
    "one generic judge",
)
BESIDE = ("the labelling rules", "a council with random weights", "a council with exchanged names")
PILOT = 56
"""Conversations of the gate split, by which costs are taken and the best rival is chosen."""


def once(arm: str) -> str:
    """What a rival is called that replies once, however cheap that is."""
    return "never reflecting, one reply" if arm == UNREFLECTING else f"{arm}, one reply"


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: every arm on the gate split and on the test split."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.births import born, unborn
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.pausing import Indulgent, Repeated
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.experiments.arms.spending import at_effort
    from eudaimon.worlds.village import Split

    model, speech = born(desk), by_day(desk.life.seed)
    gate, test = Field.of(desk, split=Split.GATE, count=PILOT), Field.of(desk)
    rates = desk.once("rates", partial(_rates, desk, model, gate))
    stranger = unborn(model, desk.life.seed)
    judges = _judges(desk, model, stranger, gate, test, rates)
    judges["nobody minds"] = Indulgent()

    def played(field: Field, arm: str, count: float = 1.0) -> dict[str, Any]:
        settings, where = replace(speech, reflect=arm != UNREFLECTING), "gate" if field is gate else "test"
        actor = Repeated(Speaker(model, judges.get(arm), settings), count)
        return desk.once(f"{where} {arm} {count:.2f}", partial(_measured, model, stranger, field, actor))

    def cost(arm: str, count: float = 1.0) -> float:
        return float(played(gate, arm, count)["flops"])

    effort = cost(COUNCIL)
    counts = {arm: at_effort(effort, partial(cost, arm)) if cost(arm) < effort else 1.0 for arm in RIVALS}
    counts |= dict.fromkeys((COUNCIL, *map(once, RIVALS), *BESIDE), 1.0)
    named = {COUNCIL: COUNCIL, **{arm: arm for arm in RIVALS}, **{once(arm): arm for arm in RIVALS}}
    beside = {arm: played(test, arm) for arm in BESIDE}
    return {
        "gate": {name: played(gate, arm, counts[name]) for name, arm in named.items()},
        "tests": {name: played(test, arm, counts[name]) for name, arm in named.items()} | beside,
        "unpaused": played(test, "nobody minds"),
        "counts": counts,
        "rates": rates,
        "errors": desk.once("errors", partial(_errors, model, desk.life.village)),
    }


def _measured(model: LocalModel, stranger: LocalModel, field: Field, actor: Any) -> dict[str, Any]:
    """See `nights.measured`, with the work of a council with random weights."""
    from eudaimon.experiments.arms.nights import measured, work

    before = work(stranger)
    figures = measured(model, field, actor)
    return {**figures, "flops": figures["flops"] + work(stranger) - before}


def _judges(
    desk: Desk, model: LocalModel, stranger: LocalModel, gate: Field, test: Field, rates: dict[str, float]
) -> dict[str, Judge]:
    """Who is paused before, by arm. In the planted null the council is the dice."""
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
        "a council with random weights": manner.council(stranger, archetypes),
        "a council with exchanged names": manner.council(Exchanged(model, pool), archetypes),
    }


def _rates(desk: Desk, model: LocalModel, gate: Field) -> dict[str, float]:
    """How often the council rules what, on the gate split."""
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.life import Manner
    from eudaimon.psyche import load_archetypes

    counted: Counter[str] = Counter()
    council = Manner().council(model, load_archetypes())

    class Counting:
        def hear(self, pauses: Sequence[Any]) -> list[Any]:
            decisions = council.hear(pauses)
            counted.update(str(one.verdict) for one in decisions)
            return decisions

    model.load_adapter(None)
    model.forget()
    gate.play(Speaker(model, Counting(), by_day(desk.life.seed)))
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
    from eudaimon.experiments.arms.gains import counted
    from eudaimon.experiments.harness.effort import TOLERANCE, spread
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]

    def of(arm: str, what: str = "gold", where: str = "tests") -> list[float]:
        return [evidence(one.figures[where][arm], what) for one in lived]

    alone = {once(arm) for arm in RIVALS}
    best = max((*sorted(alone), *RIVALS), key=lambda arm: fmean(of(arm, where="gate")))
    arms = (COUNCIL, *RIVALS, *BESIDE, *sorted(alone))
    efforts = {arm: fmean(one.figures["tests"][arm]["flops"] for one in lived) for arm in arms}
    apart = spread({arm: efforts[arm] for arm in (COUNCIL, best)})
    fair = apart <= TOLERANCE or best in alone
    worse = [
        fmean(
            a < b - 1e-9
            for a, b in zip(one.figures["tests"][COUNCIL]["each"], one.figures["unpaused"]["each"], strict=True)
        )
        for one in lived
    ]
    gain, parsed = (paired(of(COUNCIL, what), of(best, what), blocks) for what in ("gold", "gold given parsed"))
    controls: dict[str, Any] = {"gain, whether its sign holds or not": gain}
    for arm in arms:
        controls[f"gold: {arm}"] = interval(of(arm), blocks)
        controls[f"parsed: {arm}"] = fmean(one.figures["tests"][arm]["parsed"] for one in lived)
        controls[f"gold given parsed: {arm}"] = fmean(of(arm, "gold given parsed"))
        controls[f"replies: {arm}"] = fmean(one.figures["counts"][arm] for one in lived)
        controls[f"operations, as a share of the council's: {arm}"] = efforts[arm] / efforts[COUNCIL]
    controls["gold: never stopped, one reply"] = interval([evidence(one.figures["unpaused"]) for one in lived], blocks)
    controls["gain given parsed"] = parsed
    controls |= in_common(lived)
    cells = {}
    for place, family in enumerate(FAMILIES):
        ours, theirs = ([one.figures["tests"][arm]["gold"][place] for one in lived] for arm in (COUNCIL, best))
        cells[name_of(family)] = paired(ours, theirs, blocks)
    estimates = {"gain over the best rival": counted(gain, parsed), "replies made worse": interval(worse, blocks)}
    note = f"The best rival on the gate split: {best}; operations are {apart:.1%} apart, {TOLERANCE:.0%} are allowed."
    return Finding(estimates, controls, cells, testable=fair, note=note)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
