"""Is lore's label gold in disguise? Rule 2 of the experiments, situation by situation.

Lore labels clauses by what can be read; gold values replies by what is hidden. How much the one tells of the other,
given situation and act, and how well a bag of words predicts gold, bound what training on lore could smuggle in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eudaimon.evals.statistics import binned, conditional_information, information_test, joint_counts
from eudaimon.evals.templates import tokens
from eudaimon.gold import Hidden
from eudaimon.worlds.village import KINDS, Act, Situation, Split, Villager, Visit, scripted, write
from eudaimon.worlds.village.helpers import BAD, Character, reply
from eudaimon.worlds.village.lore import Errors, Recipe
from eudaimon.worlds.village.voices import ARCHETYPES, VERDICT, judge

LORE = Recipe()
TEMPTERS = ("shadow",)
"""Voices that label what pleases, not what is well; they are left out of the gravest label."""
OPPOSITE = 0.30
"""Acts need contexts with the same visible act and opposite gold, at least this much of their mass."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What labels and words say of gold, in one kind of situation.

    Attributes:
        information: I(label; gold in quarters | act) in nats, less what permutation gives.
        share: the same over the entropy of the label given the act: 1 would be gold in disguise.
        p: of the permutation test.
        r_squared: of gold from a bag of words of notes, question and reply, on situations not fitted on.
        opposite: the share of clauses whose gold lies across the median from that of most clauses with the same act.
        clauses: how many were labelled.
    """

    information: float
    share: float
    p: float
    r_squared: float
    opposite: float
    clauses: int

    @property
    def passes(self) -> bool:
        """Whether acts have enough contexts of opposite gold."""
        return self.opposite >= OPPOSITE


@dataclass(frozen=True, slots=True)
class _Row:
    """A labelled clause."""

    act: str
    label: str
    gold: float


def labels(
    kind: str, hidden: Hidden, situations: int = 1500, recipe: Recipe = LORE, draws: int = 999, seed: int = 0
) -> Labels:
    """The figures of `kind`, over first replies of lore's helpers in lore's situations."""
    rows: list[_Row] = []
    texts: list[str] = []
    golds: list[float] = []
    for number in range(situations):
        rng = Random(f"labels {seed} {kind} {number}")
        situation = Visit(number, f"labels {seed}", Split.LORE, (kind,)).situation()
        said = _said(situation, recipe, rng)
        gold = hidden.worth(situation, [write(said)]).gold
        texts.append(" ".join([m.content for m in Villager(situation, number).begin()] + [write(said)]))
        golds.append(gold)
        rows += [
            _Row(act.kind, label, gold) for act, label in zip(said, _labels(situation, said, recipe, rng), strict=True)
        ]
    return _figures(rows, texts, golds, draws, seed)


def _said(situation: Situation, recipe: Recipe, rng: Random) -> list[Act]:
    character = rng.choice(BAD) if rng.random() < recipe.bad else Character.GOOD
    return reply(character, KINDS[situation.kind], situation, scripted(situation), rng)


def _labels(situation: Situation, said: Sequence[Act], recipe: Recipe, rng: Random) -> list[str]:
    """For each clause the gravest verdict of the voices, each with its errors, as lore would have written it."""
    errors, turn = Errors(recipe, rng), scripted(situation)
    found: list[str] = []
    for place, act in enumerate(said):
        verdicts = set()
        for voice in ARCHETYPES:
            notes = situation.twin if errors.misreads(voice) else situation.notes
            if voice not in TEMPTERS:
                look = judge(voice, KINDS[situation.kind], situation, notes, turn, said[:place], act)
                verdicts.add(VERDICT[look.mood])
        found.append(next(v for v in ("surrender", "revise", "continue") if v in verdicts))
    return found


def _figures(rows: Sequence[_Row], texts: Sequence[str], golds: Sequence[float], draws: int, seed: int) -> Labels:
    acts, verdicts = [row.act for row in rows], [row.label for row in rows]
    test = information_test(verdicts, binned([row.gold for row in rows]), acts, draws, seed)
    net = max(0.0, test.value - test.null_mean)
    spread = float(conditional_information(joint_counts(verdicts, verdicts, acts)))
    return Labels(
        information=net,
        share=net / spread if spread > 0 else 0.0,
        p=test.p,
        r_squared=r_squared(texts, golds),
        opposite=_opposite(rows, float(np.median(golds))),
        clauses=len(rows),
    )


def _opposite(rows: Sequence[_Row], middle: float) -> float:
    above: Counter[str] = Counter(row.act for row in rows if row.gold > middle)
    mass: Counter[str] = Counter(row.act for row in rows)
    return sum(min(above[act], mass[act] - above[act]) for act in mass) / len(rows)


def r_squared(texts: Sequence[str], golds: Sequence[float]) -> float:
    """R-squared of gold from a bag of words by ridge regression, fitted on the first two thirds, tested on the rest."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline

    cut = 2 * len(texts) // 3
    model: Any = make_pipeline(CountVectorizer(analyzer=tokens), RidgeCV(alphas=(30.0, 100.0, 300.0, 1000.0, 3000.0)))
    model.fit(texts[:cut], golds[:cut])
    fresh: NDArray[np.float64] = np.asarray(golds[cut:])
    residual = fresh - model.predict(texts[cut:])
    return 1.0 - float((residual**2).mean() / fresh.var())
