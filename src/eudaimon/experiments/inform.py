"""Inform: do archetypes tell something that length, likelihood and a generic judge do not?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from itertools import chain, combinations, compress
from random import Random
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

REGISTRATION = Registration(
    name="inform",
    claim="They are little pieces of the same model that output commentary in dreamlike symbols.",
    hypothesis="Verdicts tell of later regret beyond what is known without them, and comments tell who spoke.",
    metric=(
        "I(verdict; later regret | situation, length, base perplexity, generic judge) in nats; attribution of comments "
        "with symbols masked, as a multiple of chance"
    ),
    criteria=(
        Criterion("p of the conditional information", "<", 0.001, judged="p"),
        Criterion("attribution of masked comments, times chance", ">=", 3.0),
        Criterion("planted useless voices that were found useless, of 2", ">=", 2.0, judged="value"),
    ),
    unit="a pause, permuted within situation; attribution by life",
    controls=(
        "a planted noise voice",
        "a planted duplicate of a voice",
        "each archetype left out of every subset of the pool, by re-aggregating cached verdicts, Holm-corrected",
        "attribution with symbols",
        "the same information without conditions but the situation",
        "how many real voices are found useful: where none is, planted ones are found useless for want of power",
    ),
    analysis=(
        "The base persona talks, unpaused, at temperature 1; one pause of each conversation, drawn by chance, is "
        "judged by the whole pool and by the generic judge; conversations in which nothing was said are left out. "
        "Regret: gold of the best of four other conversations in the same situation minus that of this one, in "
        "quarters within life and situation. Permutation within strata, 9,999 draws, p = (1 + at least as large) / "
        "10,000; strata are the generic judge's verdict, and length, perplexity and its score (within its verdict) in "
        "halves, by life and situation. Attribution: logistic regression on words, fitted on half of a life's "
        "conversations, drawn by chance, tested on the other half; accuracy times eight. A voice's use is what the "
        "rank correlation of the council's score with regret gains by it, the mean over all subsets of the other "
        "voices (the planted noise: over all subsets of the pool; the planted duplicate: over those that hold its "
        "original, since without it a duplicate is the original); useless if that is not above 0 by t over births "
        "after Holm. Who speaks for nobody tells nothing: the empty council's correlation is 0."
    ),
    first_village=1700,
)

ALTERNATIVES = 4
NOISE, DUPLICATE, COPIED = "planted noise", "planted duplicate", "sage"


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: a row for each conversation."""
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    golds = [desk.once(f"talk {n}", partial(_talk, model, field, desk.life.seed + n)) for n in range(1 + ALTERNATIVES)]
    heard = desk.once("hear", partial(_hear, model, field, golds[0]["talks"], desk.life.seed))
    kinds = [one.kind for one in field.situations]
    regret = [
        [max(other["gold"][family][i] for other in golds[1:]) - golds[0]["gold"][family][i] for i in range(len(kinds))]
        for family in range(len(field.hiddens))
    ]
    spoken = heard.pop("spoken")
    kinds = [kinds[i] for i in spoken]
    heard["verdict"] = desk.labels(heard["verdict"], kinds)
    return {"kind": kinds, "regret": [[row[i] for i in spoken] for row in regret], "seed": desk.life.seed, **heard}


def _talk(model: LocalModel, field: Field, seed: int) -> dict[str, Any]:
    """Conversations of the base persona, and what each is worth, by family."""
    from eudaimon.dialogue.plainjson import to_json
    from eudaimon.evals.actors import Speaker, worths
    from eudaimon.psyche import Settings

    model.load_adapter(None)
    model.forget()
    talks = field.play(Speaker(model, None, Settings(seed=seed, reflect=False)))
    gold = [[round(one.gold, 5) for one in worths(hidden, field.situations, talks)] for hidden in field.hiddens]
    return {"talks": [to_json(talk) for talk in talks], "gold": gold}


def _hear(model: LocalModel, field: Field, talks: Sequence[Any], seed: int) -> dict[str, Any]:
    """What everybody makes of one passage of each conversation in which something was `spoken` (places)."""
    from eudaimon.dialogue import Conversation, with_reply
    from eudaimon.dialogue.plainjson import from_json
    from eudaimon.experiments.arms.critics import JUDGE
    from eudaimon.language import Score
    from eudaimon.night.passages import passages
    from eudaimon.psyche import Council, Everyone, Pause, Points, load_archetypes, read_pools
    from eudaimon.worlds.village import scripted

    archetypes = {**load_archetypes(), JUDGE.name: JUDGE}
    pauses = []
    for number, (situation, talk) in enumerate(zip(field.situations, talks, strict=True)):
        said: Conversation = from_json(Conversation, talk)
        first = 2 + 2 * scripted(situation)
        spoken = passages(said[first].content, Points())
        passage = Random(f"pause {seed} {number}").choice(spoken) if spoken else None
        pauses.append(passage and Pause(number, passage, with_reply(said[:first], passage.before + passage.text)))
    pool = read_pools(archetypes)["village"]
    real = [pause for pause in pauses if pause]
    council = Council(model, archetypes, Everyone(pool), comment_tokens=40)
    judge = Council(model, archetypes, Everyone((JUDGE.name,)), comment_tokens=40)
    decisions = {one.pause: one for one in council.hear(real)}
    judged = {one.pause: one.comments[0] for one in judge.hear(real)}
    asked = [Score((*pause.conversation[:-1], *_open(pause)), (pause.passage.text,)) for pause in real]
    likely = {pause.id: chances[0] for pause, chances in zip(real, model.score(asked), strict=True)}
    names = ("spoken", "verdict", "length", "likelihood", "judge", "judged", "voices", "texts")
    rows: dict[str, list[Any]] = {name: [] for name in names}
    for pause in real:
        words, comments, by_judge = len(pause.passage.text.split()), decisions[pause.id].comments, judged[pause.id]
        rows["spoken"].append(pause.id)
        rows["length"].append(len(pause.passage.before.split()) + words)
        rows["likelihood"].append(round(likely[pause.id] / max(1, words), 5))
        rows["judge"].append(round(by_judge.probabilities[0], 5))
        rows["judged"].append(str(by_judge.verdict))
        rows["verdict"].append(str(decisions[pause.id].verdict))
        rows["voices"].append([round(one.probabilities[0], 5) for one in comments])
        rows["texts"].append([one.text for one in comments])
    return {**rows, "pool": list(pool)}


def _open(pause: Any) -> tuple[Any, ...]:
    """The open reply before the passage, where there is one."""
    from eudaimon.dialogue import Message

    return (Message("assistant", pause.passage.before),) if pause.passage.before else ()


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import exactly, holm, information_test, interval
    from eudaimon.experiments.arms.field import EVIDENCE, name_of
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES

    blocks = [one.life.birth for one in lived]
    verdicts = list(chain.from_iterable(one.figures["verdict"] for one in lived))
    strata = list(chain.from_iterable(_strata(one.figures) for one in lived))
    places = [place for place, family in enumerate(FAMILIES) if family in EVIDENCE]

    def regrets(which: Sequence[int]) -> list[int]:
        return list(chain.from_iterable(_quarters(one.figures, which) for one in lived))

    main = information_test(verdicts, regrets(places), strata)
    plain = information_test(verdicts, regrets(places), [stratum.split("|")[0] for stratum in strata])
    masked, told = ([_attributed(one.figures, hidden) for one in lived] for hidden in (True, False))
    added = [_uses(one.figures, places) for one in lived]
    uses = {voice: interval([one[voice] for one in added], blocks) for voice in added[0]}
    corrected = holm({voice: use.p_above(0.0) for voice, use in uses.items()})
    useful = {voice: chance <= 0.05 for voice, chance in corrected.items()}
    useless = sum(not useful[voice] for voice in (NOISE, DUPLICATE))
    estimates: dict[str, Estimate] = {
        "p of the conditional information": exactly(main.p),
        "attribution of masked comments, times chance": interval(masked, blocks),
        "planted useless voices that were found useless, of 2": exactly(useless),
    }
    controls: dict[str, Any] = {
        "information given all conditions, nats": main.value,
        "the same by chance, mean": main.null_mean,
        "information given the situation alone, nats": plain.value,
        "its p": plain.p,
        "attribution with symbols, times chance": interval(told, blocks),
        "real voices that were found useful": sum(useful.values()) - (2 - useless),
    }
    for voice, use in uses.items():
        controls[f"rank correlation gained by: {voice}"] = use
        controls[f"p after Holm: {voice}"] = corrected[voice]
    cells = {
        name_of(family): information_test(verdicts, regrets([place]), strata).p for place, family in enumerate(FAMILIES)
    }
    return Finding(estimates, controls, cells)


def _regret(figures: Mapping[str, Any], which: Sequence[int]) -> list[float]:
    return [fmean(row) for row in zip(*(figures["regret"][place] for place in which), strict=True)]


def _quarters(figures: Mapping[str, Any], which: Sequence[int]) -> list[int]:
    """Regret in quarters within each kind of situation."""
    return _binned(_regret(figures, which), figures["kind"], 4)


def _binned(values: Sequence[float], kinds: Sequence[str], bins: int) -> list[int]:
    from eudaimon.evals.statistics import binned

    found = [0] * len(values)
    for kind in set(kinds):
        places = [place for place, one in enumerate(kinds) if one == kind]
        for place, code in zip(places, binned([values[place] for place in places], bins), strict=True):
            found[place] = int(code)
    return found


def _strata(figures: Mapping[str, Any]) -> list[str]:
    """What is known without the council, by conversation. The judge's verdict first: halves of its score alone would
    hold both verdicts where it mostly says the same, and the council's would stand for it."""
    kinds, judged = figures["kind"], figures["judged"]
    halves = [_binned(figures[name], kinds, 2) for name in ("length", "likelihood")]
    halves.append(_binned(figures["judge"], [f"{kind}|{said}" for kind, said in zip(kinds, judged, strict=True)], 2))
    return ["|".join(map(str, row)) for row in zip(kinds, judged, *halves, strict=True)]


def _attributed(figures: Mapping[str, Any], masked: bool) -> float:
    """Accuracy of telling who spoke, times the number of voices."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from eudaimon.evals.templates import tokens
    from eudaimon.worlds.village.voices import IMAGES, SIGHT

    images = chain.from_iterable(texts for moods in IMAGES.values() for texts in moods.values())
    symbols = {token for text in (*images, *SIGHT.values()) for token in tokens(text)} if masked else set()

    def words(text: str) -> list[str]:
        return [token for token in tokens(text) if token not in symbols] or ["nothing"]

    halves: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    rng = Random(f"halves {figures['seed']}")
    for texts in figures["texts"]:
        halves[rng.randrange(2)].extend(zip(texts, figures["pool"], strict=True))
    model: Any = make_pipeline(CountVectorizer(analyzer=words), LogisticRegression(max_iter=500))
    model.fit(*zip(*halves[0], strict=True))
    return float(model.score(*zip(*halves[1], strict=True))) * len(figures["pool"])


def _uses(figures: Mapping[str, Any], places: Sequence[int]) -> dict[str, float]:
    """What the rank correlation of the council's score with regret gains by each voice, and by the planted ones: the
    mean over subsets of the others (see the registration)."""
    from eudaimon.psyche import load_archetypes

    pool, regret = list(figures["pool"]), _regret(figures, places)
    rng = Random(f"planted noise {figures['seed']}")
    heard = [
        dict(zip((*pool, NOISE, DUPLICATE), (*row, rng.random(), row[pool.index(COPIED)]), strict=True))
        for row in figures["voices"]
    ]
    holders = {name for name, one in load_archetypes().items() if one.holds_floor}
    subsets = [frozenset(some) for size in range(1 + len(pool)) for some in combinations(pool, size)]

    @cache
    def told(names: frozenset[str]) -> float:
        return _telling([[row[name] for name in names] for row in heard], [name in holders for name in names], regret)

    def gained(voice: str, others: Sequence[frozenset[str]]) -> float:
        return fmean(told(some | {voice}) - told(some) for some in others)

    return {
        **{voice: gained(voice, [some for some in subsets if voice not in some]) for voice in pool},
        NOISE: gained(NOISE, subsets),
        DUPLICATE: gained(DUPLICATE, [some for some in subsets if COPIED in some]),
    }


def _telling(heard: Sequence[Sequence[float]], holding: Sequence[bool], regret: Sequence[float]) -> float:
    """Minus the rank correlation with regret of a council's score: the mean of its voices' mean and of the lowest whose
    voice is `holding` a floor. 0 where either is everywhere the same, and where nobody is asked: that tells nothing."""
    from scipy.stats import spearmanr

    scores = [(min(compress(row, holding), default=1.0) + fmean(row)) / 2 for row in heard if row]
    if len(set(scores)) <= 1 or len(set(regret)) == 1:
        return 0.0
    return -float(spearmanr(scores, regret).statistic)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
