"""Surrender: does the council see that something cannot be done before it is tried, and not merely that it is hard?"""

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
    from eudaimon.language.local import LocalModel
    from eudaimon.psyche import Judge
    from eudaimon.worlds.village import Situation

REGISTRATION = Registration(
    name="surrender",
    claim=(
        'roles that actively point out "this shouldn\'t be done at all" during response generation - offering gentle '
        "surrender in scenarios impossible to succeed, or not fruitful to pursue with unending zeal"
    ),
    hypothesis="The council's probability of surrender tells impossible tasks from their hard twins.",
    metric=(
        "AUROC of the council's probability of surrender at the first pause where impossibility can be derived, before "
        "any failed try, on a kind of impossibility that it was not trained on"
    ),
    criteria=(
        Criterion("AUROC", ">=", 0.90),
        Criterion("wrongful quits on hard twins", "<=", 0.05),
        Criterion("futile tokens, as a share of those without surrender", "<=", 0.5),
    ),
    unit="a pair of twins within a life",
    controls=(
        "a bag of words",
        "the number of notes",
        "steps so far",
        "the lore's labelling rules as the judge",
        "the kinds that it was trained on",
    ),
    analysis=(
        "Voices are trained on two kinds of impossibility and tested on the third. Both twins are judged at the same "
        "words, a first clause that promises and tries nothing; the score is the larger of the gravest floor holder's "
        "and the mean probability of surrender, by which the council rules. AUROC in each life over its twin pairs, "
        "then t over births, two-sided 95%. Wrongful quits: hard twins in whose conversation the persona lets go, at "
        "the council's word or because its tries are spent, over 300 different ones, Clopper and Pearson's upper "
        "bound, one-sided 95%, as the rule asks (births are not blocks here). Futile tokens: the persona's, drafts "
        "included, in impossible twins, as a share of those where surrender is read as revise; ratio by life, t over "
        "births. It speaks and is heard as by day. Villages share what people wish for: half of a village's wishes "
        "are heard in development villages too, in other notes."
    ),
    first_village=1200,
    per_family=False,
)

UNSEEN, SEEN = "wishes", ("way", "shares")
TALKED = 38
"""Twin pairs of a life that are talked through: over 300 in 8 lives."""


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: what the council gives surrender in both twins of each pair, and whole conversations."""
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.twins import pairs

    model, number = born(desk), desk.conversations // 2
    village = desk.life.village
    drawn = {
        UNSEEN: pairs(UNSEEN, village, number, different=True),
        **{kind: pairs(kind, village, 40) for kind in SEEN},
    }
    scored = {kind: desk.once(f"score {kind}", partial(_scores, model, drawn[kind])) for kind in drawn}
    ruled = desk.once("score by the labelling rules", partial(_rule_scores, desk, drawn[UNSEEN]))
    talked = drawn[UNSEEN][:TALKED]
    hard = desk.once("talk hard", partial(_talked, model, [pair[1] for pair in talked], desk.life.seed, True))
    futile = {
        allowed: desk.once(
            f"talk impossible {allowed}",
            partial(_talked, model, [pair[0] for pair in talked], desk.life.seed, allowed == "with"),
        )
        for allowed in ("with", "without")
    }
    labels = desk.labels([1] * number + [0] * number)
    bag = desk.once("bag of words", partial(_bag, desk.life.seed))
    notes = [[len(one.notes) for one in side] for side in zip(*drawn[UNSEEN], strict=True)]
    return {
        "scores": scored,
        "rules": ruled,
        "labels": labels,
        "hard": hard,
        "futile": futile,
        "notes": notes,
        "bag": bag,
    }


def _scores(model: LocalModel, drawn: Sequence[tuple[Situation, Situation]]) -> list[list[float]]:
    """The council's scores, of all impossible twins and of all hard ones."""
    from eudaimon.life import Manner
    from eudaimon.psyche import load_archetypes

    model.forget()
    council = Manner().council(model, load_archetypes())
    return [_judged(council, side) for side in zip(*drawn, strict=True)]


def _bag(seed: int) -> float:
    """AUROC of a bag of words that was fitted on half of 1,000 twins, on the other half."""
    from eudaimon.evals.twins import separability

    return separability(UNSEEN, 1000, seed=seed).words.value


def _rule_scores(desk: Desk, drawn: Sequence[tuple[Situation, Situation]]) -> list[list[float]]:
    from eudaimon.experiments.arms.critics import Labeller
    from eudaimon.experiments.arms.known import Known
    from eudaimon.psyche import load_archetypes, read_pools
    from eudaimon.worlds.village.lore import Recipe

    archetypes = load_archetypes()
    sitting = {name: archetypes[name] for name in read_pools(archetypes)["village"]}
    return [
        _judged(Labeller(Known(side), sitting, Recipe(), desk.life.seed), side) for side in zip(*drawn, strict=True)
    ]


def _judged(judge: Judge, situations: Sequence[Situation]) -> list[float]:
    from eudaimon.experiments.arms.twins import neutral_pause
    from eudaimon.psyche import load_archetypes

    archetypes, scores = load_archetypes(), []
    for decision in judge.hear([neutral_pause(one) for one in situations]):
        chances = {one.archetype: one.probabilities[2] for one in decision.comments}
        holders = [chance for name, chance in chances.items() if archetypes[name].holds_floor]
        scores.append(round(max(fmean(chances.values()), *holders), 6))
    return scores


def _talked(model: LocalModel, situations: Sequence[Situation], seed: int, surrender: bool) -> dict[str, float]:
    """Whole conversations with the council: in how many of them it lets go, and the tokens that the persona spoke."""
    from eudaimon.evals.actors import Speaker, play
    from eudaimon.experiments.arms.pausing import Persistent, Tallied
    from eudaimon.experiments.arms.speech import by_day
    from eudaimon.life import Manner
    from eudaimon.psyche import load_archetypes

    model.load_adapter(None)
    model.forget()
    manner = Manner()
    council = manner.council(model, load_archetypes())
    judge, speech = council if surrender else Persistent(council), by_day(seed)
    speaker = Tallied(Speaker(model, judge, speech))
    play(speaker, situations, seed)
    return {"quits": speaker.quits, "tokens": speaker.tokens}


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import auroc, exactly, interval, rate_upper
    from eudaimon.experiments.harness.result import Finding

    blocks = [one.life.birth for one in lived]

    def area(scores: Sequence[Sequence[float]], labels: Sequence[int] | None = None) -> float:
        flat = [score for side in scores for score in side]
        return auroc(flat, labels or [1] * len(scores[0]) + [0] * len(scores[1]))

    quits = sum(int(one.figures["hard"]["quits"]) for one in lived)
    bound = rate_upper(quits, TALKED * len(lived))
    ratios = [one.figures["futile"]["with"]["tokens"] / one.figures["futile"]["without"]["tokens"] for one in lived]
    estimates = {
        "AUROC": interval([area(one.figures["scores"][UNSEEN], one.figures["labels"]) for one in lived], blocks),
        "wrongful quits on hard twins": exactly(bound),
        "futile tokens, as a share of those without surrender": interval(ratios, blocks),
    }
    controls: dict[str, Any] = {
        "AUROC: the labelling rules": interval([area(one.figures["rules"]) for one in lived], blocks),
        "AUROC: a bag of words": interval([one.figures["bag"] for one in lived], blocks),
        "AUROC: the number of notes": interval([area(one.figures["notes"]) for one in lived], blocks),
        "AUROC: steps so far (both twins are judged at the first)": 0.5,
        "wrongful quits, as counted": quits / (TALKED * len(lived)),
    }
    for kind in SEEN:
        areas = [area(one.figures["scores"][kind]) for one in lived]
        controls[f"AUROC: {kind}, which it was trained on"] = interval(areas, blocks)
    for one in lived:
        controls[f"AUROC: life {one.life.index}"] = area(one.figures["scores"][UNSEEN])
    return Finding(estimates, controls)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
