"""Judges of the base's replies that learned from the same lore: a council, archetypes' own weights, a scalar reward."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Conversation, Signal, SignalKind
from eudaimon.experiments.arms.field import CONTROL, Field, name_of
from eudaimon.experiments.arms.taught import WISHING, Judged, judged
from eudaimon.experiments.harness.births import birth_at
from eudaimon.gold import FAMILIES
from eudaimon.language import Extend
from eudaimon.psyche import derived_seed
from eudaimon.values import Standard
from eudaimon.worlds.village import Villager
from eudaimon.worlds.village.lore import Recipe
from eudaimon.worlds.village.voices import ARCHETYPES

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

Messages = list[dict[str, str]]
PANEL = tuple(name for name in ARCHETYPES if name != WISHING)
ENOUGH = Standard().aspiration
"""Of the council's score, and of fitting (where 1/2 is no better than without archetypes)."""
ROWS = 64


def replies(desk: Desk, model: LocalModel, field: Field, count: int, heat: float, longest: int) -> list[list[str]]:
    """`count` replies of the base to each person of the field, drawn with replacement."""
    model.load_adapter(None)
    asked = [
        Extend(heard, longest, temperature=heat, seed=derived_seed(desk.life.seed, situation.key, number))
        for situation, heard in zip(field.situations, openings(field), strict=True)
        for number in range(count)
    ]
    said = iter([one.text.strip() for one in model.extend(asked)])
    return [[next(said) for _ in range(count)] for _ in field.situations]


def openings(field: Field) -> list[Conversation]:
    """What was said to the persona before its first own reply."""
    return [Villager(situation, field.seed).begin() for situation in field.situations]


@dataclass(frozen=True)
class Asked:
    """Every different reply once, as functions of TRL's shape are given it.

    Attributes:
        prompts, completions: in TRL's conversational form, and as text.
        places: of each drawn reply among them, person by person.
    """

    prompts: list[Messages]
    completions: list[str]
    places: list[list[int]]

    @classmethod
    def of(cls, field: Field, drawn: Sequence[Sequence[str]]) -> Asked:
        """Of all that was drawn."""
        asked = cls([], [], [])
        for heard, said in zip(openings(field), drawn, strict=True):
            first = len(asked.prompts)
            place = {text: first + at for at, text in enumerate(dict.fromkeys(said))}
            asked.prompts.extend([as_messages(heard)] * len(place))
            asked.completions.extend(place)
            asked.places.append([place[text] for text in said])
        return asked


def lore_pairs(desk: Desk, count: int) -> list[Judged]:
    """What all judges of this life learn from."""
    return judged(desk.life.seed, Recipe(), count)


def train_scalar(
    desk: Desk, taught: Callable[[], Sequence[Judged]], *, steps: int, rows: int, rate: float
) -> dict[str, Any]:
    """The birth with a head for one figure, by TRL's trainer, into the folder `scalar`; its figures."""
    from eudaimon.training.drivers import Plan, train

    data = desk.folder / "pairs.jsonl"
    pairs = [(one.heard, one.pair) for one in taught() if one.pair]
    data.write_text(
        "".join(
            json.dumps({"prompt": as_messages(heard), "chosen": _said(better), "rejected": _said(worse)}) + "\n"
            for heard, (better, worse) in pairs
        ),
        encoding="utf-8",
    )
    birth, out = str(birth_at(desk.births, desk.life.birth)), desk.folder / SCALAR
    plan = Plan(
        "reward", birth, str(data), out, steps=steps, batch=rows, rate=rate, rank=0, seed=desk.life.seed % 2**31
    )
    return {**train(plan).figures, "pairs": len(pairs)}


SCALAR = "scalar"


def train_own(
    desk: Desk, model: LocalModel, taught: Callable[[], Sequence[Judged]], name: str, most: int
) -> dict[str, float]:
    """An archetype's own weights: an adapter of what it let pass, into a folder of its name."""
    from eudaimon.training import Settings, consolidate

    passed = [(one.heard, said) for one in taught() for said in one.fits(name)][:most]
    signals = [
        Signal(f"{name}/{n}", 1, SignalKind.LABEL, "lore", heard, said) for n, (heard, said) in enumerate(passed)
    ]
    settings = Settings(epochs=1, batch=16, kl=10.0, seed=desk.life.seed)
    return consolidate(model, signals, settings, desk.folder / name)


def commentary(model: LocalModel, asked: Asked) -> list[float]:
    """The council's score of every reply."""
    from eudaimon.life import Manner
    from eudaimon.night import CouncilCritic
    from eudaimon.night.rewards import Commentary
    from eudaimon.psyche import load_archetypes

    model.load_adapter(None)
    reward = Commentary(CouncilCritic.of(Manner().council(model, load_archetypes())))
    return reward(asked.prompts, asked.completions)


def fitting(desk: Desk, model: LocalModel, asked: Asked, word: float) -> list[float]:
    """How well every reply fits the panel, each by its own weights."""
    from eudaimon.language.local import LocalModel
    from eudaimon.language.opening import adapted
    from eudaimon.night.rewards import Fitting
    from eudaimon.psyche import load_archetypes

    own = {name: LocalModel(adapted(model.model, desk.folder / name), model.tokenizer, name=name) for name in PANEL}
    return Fitting(model, load_archetypes(), PANEL, scale=word, own=own)(asked.prompts, asked.completions)


def scalar(desk: Desk, model: LocalModel, asked: Asked) -> list[float]:
    """The scalar reward of every reply."""
    import torch
    from transformers import AutoModelForSequenceClassification

    from eudaimon.training.drivers.classifier import known_as_classifier

    place = desk.folder / SCALAR / "model"
    known_as_classifier(place)
    judge, read = AutoModelForSequenceClassification.from_pretrained(place).eval(), model.tokenizer
    texts = [
        read.apply_chat_template([*prompt, *_said(reply)], tokenize=False)
        for prompt, reply in zip(asked.prompts, asked.completions, strict=True)
    ]
    found: list[float] = []
    with torch.no_grad():
        for start in range(0, len(texts), ROWS):
            some = read(texts[start : start + ROWS], add_special_tokens=False, padding=True, return_tensors="pt")
            logits = judge(input_ids=some["input_ids"], attention_mask=some["attention_mask"]).logits
            found += logits[:, 0].tolist()
    return found


def curves(
    desk: Desk,
    field: Field,
    drawn: Sequence[Sequence[str]],
    asked: Asked,
    scores: Mapping[str, Sequence[float]],
) -> dict[str, Any]:
    """By family (`evidence`: the mean over all but the positive control), arm and pressure: gold along KL; and by judge
    its `correlation` with gold among the replies to one person."""
    import numpy as np

    from eudaimon.experiments.goodhart import pressed

    people = len(drawn)
    rewards = {who: np.array([[some[at] for at in places] for places in asked.places]) for who, some in scores.items()}
    if desk.null:
        strata = [person for person, said in enumerate(drawn) for _ in said]
        rewards = {
            who: np.array(desk.labels(some.ravel().tolist(), strata)).reshape(some.shape)
            for who, some in rewards.items()
        }
    arms = {who: np.minimum(some, ENOUGH) if who != SCALAR else some for who, some in rewards.items()}
    arms |= {f"{who}, maximised": some for who, some in rewards.items() if who != SCALAR}
    arms[f"{SCALAR}, bounded"] = np.minimum(rewards[SCALAR], 0.0)
    golds = _golds(field, drawn)
    reference, contexts = np.full((people, len(drawn[0])), 1 / len(drawn[0])), np.full(people, 1 / people)
    spread = golds["evidence"].std() or 1.0
    told: dict[str, Any] = {"correlation": {}}
    for place, gold in golds.items():
        worth = (gold - gold.mean()) / spread
        told[place] = {
            arm: pressed(reference, some / (some.std() or 1.0), worth, contexts) for arm, some in arms.items()
        }
    for who, some in rewards.items():
        apart = [(one - one.mean(1, keepdims=True)).ravel() for one in (some, golds["evidence"])]
        told["correlation"][who] = float(np.corrcoef(*apart)[0, 1]) if all(one.any() for one in apart) else 0.0
    return told


def _golds(field: Field, drawn: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What each reply is worth, (people, replies), in each family of the hidden prior."""
    import numpy as np

    found: dict[str, Any] = {}
    for family, hidden in zip(FAMILIES, field.hiddens, strict=True):
        rows = []
        for situation, said in zip(field.situations, drawn, strict=True):
            worth = {text: hidden.worth(situation, [text]).gold for text in dict.fromkeys(said)}
            rows.append([worth[text] for text in said])
        found[name_of(family)] = np.array(rows)
    return {"evidence": np.mean([found[name_of(f)] for f in FAMILIES if f != CONTROL], 0), **found}


def as_messages(heard: Conversation) -> Messages:
    """In TRL's conversational form."""
    return [{"role": one.role, "content": one.content} for one in heard]


def _said(reply: str) -> Messages:
    return [{"role": "assistant", "content": reply}]
