"""Community packs: does a pack change how a model answers at home, and leave everything else as it was?

python -m eudaimon.experiments.communities

A draw deals the village's sixteen places to two communities: four of them both know, with another custom each, four
either community alone, and four nobody. What folk do there is one of ten acts. A pack is a community's eight sentences
(`governance.packs.make_pack`), its questions in six wordings, and, of what it is silent on, the other's questions in
those wordings, without their answers, and a villager's ordinary questions. It is then asked in wordings that it was not
made with: at home, and of four kinds of things on which it is silent, of which the places nobody knows and the other
matters of its own places are in nothing that it was made from.

* plain: an adapter, trained on the pack's questions and answers.
* anchored: the same, and the base's own replies to the questions on which the pack is silent, among its rows, and half
  as many steps again.
* gated: the plain adapter, worn within the pack's reach alone.
* anchored and gated: both.
* told: no adapter; within reach, the passages that the question finds are told before it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Message
from eudaimon.evals.statistics import Estimate, exactly, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from eudaimon.governance.packs import Pack
    from eudaimon.language import LanguageModel

DRAWS, FIRST, REHEARSED = 8, 1000, 2
ACTS = ("sing", "rest", "pray", "dance", "eat", "bathe", "talk", "fish", "cook", "sleep")
SHARED, STEPS, RATE, ORDINARY, ANCHORS = 4, 150, 2e-3, 200, 40
MADE = (
    "what do folk do at the {}?",
    "tell me what is done at the {}.",
    "at the {}, what do folk do?",
    "what is the custom at the {}?",
    "I go to the {}, what do they do there?",
    "they asked me what folk do at the {}.",
)
ASKED = (
    "folk at the {}, what is it they do?",
    "whenever folk are at the {}, what do they do?",
    "I have never been at the {}, what do folk do?",
    "remind me what folk do when at the {}.",
)
MATTERS = (
    "who was at the {} when it rained?",
    "do you like the {}?",
    "what do I pay at the {}?",
    "do they sell wool at the {}?",
    "my brother works at the {}, what does he earn?",
)
ARMS = ("plain", "anchored", "gated", "anchored and gated", "told")
SILENCES = ("the other's", "nobody's", "other matters", "ordinary")

REGISTRATION = Registration(
    name="communities",
    claim="contextual grounding and adaptation for specific communities",
    hypothesis="a community's pack that speaks within its reach alone brings a model's answers nearer to the "
    "community's, and changes next to nothing where the pack is silent",
    metric="gain: the share of questions at home in which the community's answer is the likeliest of ten (mean "
    "log-probability a word), with the pack minus without; leakage: the share of questions on which the pack is silent "
    "that are replied to (greedily) otherwise than by the base, mean over four kinds of silence",
    criteria=(
        Criterion("gain at home, gated", ">=", 0.15),
        Criterion("leakage, gated", "<=", 0.02),
        Criterion("the other's answers, gated", "<=", 0.02),
    ),
    unit="a draw of two communities (places, customs, ordinary questions, the adapters' first weights), mean over its "
    "two packs; eight draws",
    controls=(
        "an adapter that is worn always; one anchored to the base's own replies; both; passages that are told",
        "leakage by kind: the other's customs, nobody's places, other matters of the pack's own places, ordinary "
        "questions",
        "the share of questions at home that are found within reach",
    ),
    analysis="interval by t over draws. The other's answers: how much likelier than without the pack it becomes, where "
    "the other alone has a custom, that its answer comes first. All questions are in wordings that were not used in "
    "making or in developing it.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch) -> list[Mapping[str, Any]]:
    """All draws."""
    return _draws(range(FIRST, FIRST + DRAWS), watch)


def rehearse(data: Path | None, watch: Watch) -> list[Mapping[str, Any]]:
    """Draws for development."""
    return _draws(range(REHEARSED), watch)


def _draws(seeds: Sequence[int], watch: Watch) -> list[Mapping[str, Any]]:
    units: list[Mapping[str, Any]] = []
    for number, seed in enumerate(seeds):
        watch(number, len(seeds), "communities")
        one, two, nobodys = dealt(seed)
        packs = [drawn(seed, mine, other, nobodys) for mine, other in ((one, two), (two, one))]
        units.append({arm: _mean([pack[arm] for pack in packs]) for arm in packs[0]})
    return units


def dealt(seed: int) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """What folk do where, in one community and in the other, and the places that nobody tells of."""
    from eudaimon.worlds.village.words import PLACES

    rng = Random(f"communities {seed}")
    places = rng.sample(PLACES, len(PLACES))
    both, ones, twos, nobodys = (places[n : n + SHARED] for n in range(0, 4 * SHARED, SHARED))
    contested = {place: rng.sample(ACTS, 2) for place in both}
    one, two = ({place: acts[n] for place, acts in contested.items()} for n in (0, 1))
    return (
        one | {place: rng.choice(ACTS) for place in ones},
        two | {place: rng.choice(ACTS) for place in twos},
        nobodys,
    )


def drawn(
    seed: int, mine: Mapping[str, str], other: Mapping[str, str], nobodys: Sequence[str]
) -> dict[str, dict[str, float]]:
    """One pack: its figures by arm."""
    from eudaimon.governance.packs import Gated, worn
    from eudaimon.language.backend import open_model

    model: Any = open_model()
    theirs = [place for place in other if place not in mine]
    silent = [*worded(MADE, theirs), *ordinary(seed, ORDINARY)]
    heard = {
        "the other's": worded(ASKED, theirs),
        "nobody's": worded(ASKED, nobodys),
        "other matters": worded(MATTERS, list(mine)),
        "ordinary": ordinary(seed + 1, ORDINARY // 4),
    }
    before = {kind: replies(model, asked) for kind, asked in heard.items()}
    base = (endorsement(model, mine, list(mine)), endorsement(model, other, theirs))
    anchors = [*worded(MADE, theirs), *Random(seed).sample(silent[-ORDINARY:], ANCHORS)]
    kept = [_chat(asked, said) for asked, said in zip(anchors, replies(model, anchors), strict=True)]
    rows = [_chat(form.format(place), saying(place, act)) for place, act in mine.items() for form in MADE]

    def measured(speaks: LanguageModel) -> dict[str, float]:
        told = {kind: _moved(replies(speaks, asked), before[kind]) for kind, asked in heard.items()}
        return {
            "gain": endorsement(speaks, mine, list(mine)) - base[0],
            "the other's answers": endorsement(speaks, other, theirs) - base[1],
            "leakage": fmean(told.values()),
            **told,
        }

    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        plain = packed(Path(folder) / "plain", seed, mine, silent, rows, STEPS)
        reach = plain.reach
        assert reach is not None
        model.load_adapter(worn(plain))
        found |= {"plain": measured(model), "gated": measured(Gated(model, reach))}
        model.load_adapter(worn(packed(Path(folder) / "anchored", seed, mine, silent, [*rows, *kept], 3 * STEPS // 2)))
        found |= {"anchored": measured(model), "anchored and gated": measured(Gated(model, reach))}
        model.load_adapter(None)
        found["told"] = measured(Gated(model, reach, plain.told))
    within = fmean(reach.binds(asked) for asked in worded(ASKED, list(mine)))
    return found | {"reach": {"within": within, "base": base[0]}}


def packed(
    folder: Path, seed: int, mine: Mapping[str, str], silent: Sequence[str], rows: Sequence[Any], steps: int
) -> Pack:
    """A pack of a community's sentences, with an adapter trained on `rows`."""
    import eudaimon
    from eudaimon.governance.packs import lora, make_pack
    from eudaimon.values.charter import SHIPPED

    born = Path(eudaimon.__file__).parent / "newborn"
    passages = [saying(place, act) for place, act in mine.items()]
    train = lora(born, chats=rows, steps=steps, rate=RATE, seed=seed)
    return make_pack(
        folder, folder.name, SHIPPED, passages, SHIPPED, train, asked=worded(MADE, list(mine)), silent=silent
    )


def saying(place: str, act: str) -> str:
    """A custom, in the words of its community."""
    return f"at the {place} folk {act}."


def worded(forms: Sequence[str], places: Sequence[str]) -> list[str]:
    """Questions on each place, in each wording."""
    return [form.format(place) for place in places for form in forms]


def ordinary(seed: int, many: int) -> list[str]:
    """What villagers say first, of all kinds, in a village."""
    from eudaimon.worlds.village import KINDS, Village
    from eudaimon.worlds.village.split import Split

    village = Village(seed)
    drawn = [village.situation(f"ordinary {number}", Split.LIFE) for number in range(many)]
    return [KINDS[one.kind].utter(one.roles, 0, Random(f"{seed} {n}")) for n, one in enumerate(drawn)]


def replies(model: LanguageModel, asked: Sequence[str]) -> list[str]:
    """What is replied, greedily."""
    from eudaimon.language import Extend

    requests = [Extend((Message("user", one),), max_tokens=24, temperature=0.0) for one in asked]
    return [said.text for said in model.extend(requests)]


def endorsement(model: LanguageModel, folk: Mapping[str, str], places: Sequence[str]) -> float:
    """How often the answer of these folk comes first, of ten."""
    from eudaimon.governance.packs import Custom, endorsed

    customs = []
    for place in places:
        others = tuple(saying(place, act) for act in ACTS if act != folk[place])
        customs += [
            Custom((Message("user", form.format(place)),), saying(place, folk[place]), others) for form in ASKED
        ]
    return endorsed(model, customs)


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """The gated arm, and all others beside it."""
    estimates = {
        "gain at home, gated": _over(units, "gated", "gain"),
        "leakage, gated": _over(units, "gated", "leakage"),
        "the other's answers, gated": _over(units, "gated", "the other's answers"),
    }
    controls: dict[str, Estimate | float] = {
        f"{figure}, {arm}": _over(units, arm, figure)
        for figure in ("gain", "leakage", "the other's answers", *SILENCES)
        for arm in ARMS
    }
    controls["at home within reach"] = _over(units, "reach", "within")
    controls["at home without a pack"] = _over(units, "reach", "base")
    return Finding(estimates, controls)


def _over(units: Sequence[Mapping[str, Any]], arm: str, figure: str) -> Estimate:
    values = [unit[arm][figure] for unit in units]
    return interval(values) if len(set(values)) > 1 else exactly(values[0])


def _moved(now: Sequence[str], before: Sequence[str]) -> float:
    return fmean(one != other for one, other in zip(now, before, strict=True))


def _mean(some: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {figure: fmean(one[figure] for one in some) for figure in some[0]}


def _chat(asked: str, said: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]}


COMMUNITIES = Apart(REGISTRATION, __file__, run, analyse, rehearse=rehearse)

if __name__ == "__main__":
    main(COMMUNITIES)
