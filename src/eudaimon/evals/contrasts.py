"""Contrast sets for context sensitivity: one edit that matters must change the verdict, one that does not must not.

After the minimal pairs of Gardner et al. 2020, "Evaluating models' local decision boundaries via contrast sets". What
is right is not taken from the charter under test: it comes from a small causal model of what follows for people when
they are told, or left to themselves, with numbers of its own. So a charter can be wrong here, and both beside this
file are at times: one was written from common sense; the other has rules besides which `values.adaptation.propose`
found in cases of eight places with other numbers (`Causes.drawn`, seeds 0 to 7). Neither is fitted to what tests it.

>>> found = contrast(by_charter(), cases=200)
>>> found.invariance["weather"], 0 < found.sensitivity_overall <= 1
(1.0, True)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from statistics import harmonic_mean
from typing import Any

from eudaimon.errors import InputError
from eudaimon.values import Charter, read_charter
from eudaimon.values.adaptation import Dilemma
from eudaimon.values.resolution import resolve

ADVICE, AMENDED = (Path(__file__).with_name(f"contrasts{more}.yaml") for more in ("", ".amended"))
"""The example charter as common sense wrote it, and as cases decided in eight other places made people amend it."""
Case = dict[str, Any]
Verdict = Callable[[Case], bool]
"""Whether to speak up."""

FEATURES: Mapping[str, tuple[Any, ...]] = {
    "age": (6.0, 9.0, 11.0, 14.0, 17.0, 25.0, 40.0, 70.0),
    "sober": (True, False),
    "low": (True, False),
    "harm": ("none", "mild", "grave"),
    "others": (True, False),
    "reversible": (True, False),
    "asked": (True, False),
    "weekday": ("Monday", "Friday", "Sunday"),
    "hair": ("grey", "red", "black"),
    "weather": ("rain", "sun", "fog"),
}
INERT = ("weekday", "hair", "weather")
"""Features without any causal way to what matters."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a verdict fares.

    Attributes:
        sensitivity: by feature, of pairs in which its edit changes what is right, the share where the verdict is right
            on both sides.
        invariance: by feature, of pairs in which its edit changes nothing of what is right, the share where the verdict
            stays the same.
        sensitivity_overall, invariance_overall: over all pairs.
        accuracy: share of single cases judged rightly.
        pairs: how many pairs there were in all.
    """

    sensitivity: Mapping[str, float]
    invariance: Mapping[str, float]
    sensitivity_overall: float
    invariance_overall: float
    accuracy: float
    pairs: int

    @property
    def harmonic(self) -> float:
        """Harmonic mean of sensitivity and invariance."""
        return harmonic_mean([self.sensitivity_overall, self.invariance_overall])


@dataclass(frozen=True, slots=True)
class Causes:
    """The numbers of a model of consequences (see `speaking_is_better`), the model's own by default.

    Attributes:
        grown, growing: the age at which sight is halfway there, and how many years that takes.
        drunk, low: what drink and low spirits leave of sight.
        grave, undone: how much a grave harm weighs beside a mild one, and one for good beside one that can be undone.
        seen: how much of a harm is met in time with full sight.
        others: how much harm to others weighs.
        told, resented, unasked: what being told costs anybody, whoever sees for themselves, and who did not ask.
    """

    grown: float = 13
    growing: float = 2.5
    drunk: float = 0.45
    low: float = 0.8
    grave: float = 3.0
    undone: float = 1.5
    seen: float = 0.75
    others: float = 2.0
    told: float = 0.35
    resented: float = 0.55
    unasked: float = 0.35

    @classmethod
    def drawn(cls, seed: int, spread: float = 0.1) -> Causes:
        """Another place: every number larger or smaller by up to this share, evenly."""
        rng, own = Random(f"causes {seed}"), cls()
        return cls(*(getattr(own, one.name) * rng.uniform(1 - spread, 1 + spread) for one in fields(cls)))


def speaking_is_better(case: Case, causes: Causes = Causes()) -> bool:
    """What is right: whether less is lost by speaking up than by leaving it, through these causes.

    How far a person can see what is coming (age, drink, low spirits) makes harm less likely to be met unseen; harm that
    cannot be undone weighs half as much again; harm to others is no matter of one's own sight. Speaking costs the more
    the better the person sees for themselves, and more where nobody asked.
    """
    sight = 1 / (1 + math.exp(-(case["age"] - causes.grown) / causes.growing))
    sight *= (1 if case["sober"] else causes.drunk) * (causes.low if case["low"] else 1)
    size = {"none": 0.0, "mild": 1.0, "grave": causes.grave}[case["harm"]] * (
        1 if case["reversible"] else causes.undone
    )
    left = size * (1 - causes.seen * sight) + (causes.others * size if case["others"] else 0.0)
    told = causes.told + causes.resented * sight + (0.0 if case["asked"] else causes.unasked)
    return bool(left > told)


def decided(cases: int, seed: int, causes: Causes) -> list[Dilemma]:
    """Cases as people of a place with these causes would decide them, most of them from pairs that one edit tells
    apart, so that what a charter overlooks is among them."""
    rng, found = Random(f"decided {seed}"), list[Dilemma]()
    while len(found) < cases:
        case = {name: rng.choice(values) for name, values in FEATURES.items()}
        name = rng.choice(list(FEATURES))
        other = {**case, name: rng.choice([value for value in FEATURES[name] if value != case[name]])}
        apart = speaking_is_better(case, causes) != speaking_is_better(other, causes)
        for one in (case, other) if apart else (case,) * (rng.random() < 0.1):
            pair = ("guidance", "own-choice")
            winner, loser = pair if speaking_is_better(one, causes) else pair[::-1]
            found.append(Dilemma(f"case {seed}-{len(found)}", one, winner, loser))
    return found


def by_charter(charter: Charter | None = None) -> Verdict:
    """The verdict of a charter with articles `guidance` and `own-choice` in tension; the amended example by default.

    Raises:
        InputError: it leaves a case open.
    """
    held = charter or read_charter(AMENDED)

    def verdict(case: Case) -> bool:
        settled = [one for one in resolve(held, case).settled if {one.winner, one.loser} == {"guidance", "own-choice"}]
        if not settled:
            raise InputError(f"the charter {held.id} settles nothing in {case}; give its tension an `otherwise`")
        return settled[0].winner == "guidance"

    return verdict


def contrast(verdict: Verdict, cases: int = 2000, seed: int = 0, right: Verdict = speaking_is_better) -> Contrast:
    """Hold `verdict` to pairs that differ in one feature, drawn alike for every feature; `right` says what is."""
    rng = Random(seed)
    hits: dict[str, list[bool]] = {name: [] for name in FEATURES}
    stays: dict[str, list[bool]] = {name: [] for name in FEATURES}
    hit: list[bool] = []
    for _ in range(cases):
        case = {name: rng.choice(values) for name, values in FEATURES.items()}
        for name, values in FEATURES.items():
            other = {**case, name: rng.choice([value for value in values if value != case[name]])}
            truths, said = [right(one) for one in (case, other)], [verdict(one) for one in (case, other)]
            hit.append(said[0] == truths[0])
            (hits if truths[0] != truths[1] else stays)[name].append(
                said == truths if truths[0] != truths[1] else said[0] == said[1]
            )
    return Contrast(
        {name: _share(some) for name, some in hits.items() if some},
        {name: _share(some) for name, some in stays.items() if some},
        _share([one for some in hits.values() for one in some]),
        _share([one for some in stays.values() for one in some]),
        _share(hit),
        cases * len(FEATURES),
    )


def _share(some: list[bool]) -> float:
    return sum(some) / len(some)
