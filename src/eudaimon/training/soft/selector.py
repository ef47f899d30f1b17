"""Which rule to choose by, and how hard, from scores and a few audited gold labels.

Scores alone cannot tell whether an extreme score is an extreme good or an extreme error (`tails`). So m candidates
are audited, drawn from the mixture of what all options would choose, and each option's worth is estimated by importance
weights, self-normalised (the balance heuristic: Veach & Guibas 1995, "Optimally combining sampling techniques"):

    V(option) = sum_i p_option(i) / p_mixture(i) g_i  /  sum_i p_option(i) / p_mixture(i)

Gold may itself have heavy tails, in which a mean of a few labels says nothing, so labels are cut four times the
distance of their quartiles beyond these. An estimate that rests on few effective labels is drawn to what scores tell
without any: an option's mean score, as far as proxies agree, cut at its extremes where tails are heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.soft.rules import RULES, Rule, choose
from eudaimon.training.soft.tails import Reading, read

Array = NDArray[np.float64]
Audit = Callable[[NDArray[np.int64], NDArray[np.int64]], Array]
"""From prompts and candidates (m,), to their gold (m,)."""
HEAVY = 4.0
"""A tail index below it is heavy: fewer than four moments."""
TRUST = 12.0
"""So many effective labels weigh as much as what is known without any."""


@dataclass(frozen=True, slots=True)
class Option:
    """A rule under a pressure: among how many candidates it chooses."""

    rule: Rule
    pressure: int


@dataclass(frozen=True, eq=False)
class Selected:
    """The choice.

    Attributes:
        option: rule and pressure.
        chances: what it chooses, (N, n).
        worth: the estimate of each option's gold, in their order, in standard deviations of mean scores.
        reading: what scores alone told.
    """

    option: Option
    chances: Array
    worth: Array
    reading: Reading


def options(candidates: int, rules: Sequence[Rule] = RULES) -> list[Option]:
    """All rules under pressures of 4, 16, 64, ... and all candidates."""
    pressures = sorted({n for n in (4, 16, 64, 256, 1024) if n < candidates} | {candidates})
    return [Option(rule, n) for rule in rules for n in pressures if rule.name != "as it comes" or n == candidates]


def select(scores: Array, audit: Audit, labels: int, seed: int, rules: Sequence[Rule] = RULES) -> Selected:
    """Choose rule and pressure for scores (P, N, n), with so many labels of `audit`.

    Args:
        scores: of candidates drawn from one policy.
        audit: tells the gold of candidates; is asked once.
        labels: how many, m; 0 asks nobody.
        seed: of which ones are audited.
        rules: to choose among.
    """
    known, all_options = read(scores), options(scores.shape[-1], rules)
    chosen = np.array([choose(scores, one.rule, one.pressure) for one in all_options])
    prior = _prior(scores, chosen, known)
    worth = prior if labels == 0 else _judged(chosen, prior, audit, labels, seed)
    best = int(np.argmax(worth))
    return Selected(all_options[best], chosen[best], worth, known)


def _prior(scores: Array, chosen: Array, known: Reading) -> Array:
    """What an option is worth without a label, (O,): its mean score, as far as proxies agree, and less where their
    tails are heavy."""
    mean = scores.mean(0)
    score = (mean - mean.mean()) / (mean.std() + 1e-12)
    ranked = np.clip(score, *np.quantile(score, [0.01, 0.99])) if min(known.tail, known.apart) < HEAVY else score
    return np.asarray(known.agreement * (chosen * ranked).sum(-1).mean(-1))


def _judged(chosen: Array, prior: Array, audit: Audit, labels: int, seed: int) -> Array:
    """Each option's worth, (O,), estimates and prior weighed by effective labels."""
    prompts, candidates = chosen.shape[1:]
    shares = chosen.reshape(len(chosen), -1) / prompts
    mixture = shares.mean(0)
    drawn = np.random.default_rng(seed).choice(mixture.size, labels, p=mixture)
    gold = _cut(audit(drawn // candidates, drawn % candidates))
    gold = (gold - np.median(gold)) / (_scale(gold) + 1e-12)
    weights = shares[:, drawn] / mixture[drawn]
    total = weights.sum(1)
    estimate = np.divide(weights @ gold, total, out=np.zeros(len(total)), where=total > 0)
    effective = np.divide(total**2, (weights**2).sum(1), out=np.zeros(len(total)), where=total > 0)
    trust = effective / (effective + TRUST)
    return np.asarray(trust * estimate + (1 - trust) * _slope(prior, estimate, trust) * (prior - prior.mean()))


def _slope(prior: Array, estimate: Array, trust: Array) -> float:
    """How far the prior is borne out by the estimates: their regression on it, between 0 and 1."""
    centred = prior - np.average(prior, weights=trust + 1e-12)
    told = (trust * centred * estimate).sum() / ((trust * centred**2).sum() + 1e-12)
    return float(np.clip(told, 0, 1))


def _cut(gold: Array) -> Array:
    low, high = np.quantile(gold, [0.25, 0.75])
    return np.clip(gold, low - 4 * (high - low), high + 4 * (high - low))


def _scale(gold: Array) -> float:
    low, high = np.quantile(gold, [0.25, 0.75])
    return float(high - low)
