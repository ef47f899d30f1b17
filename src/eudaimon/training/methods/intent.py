"""What was meant, inferred from what was said and from where it was said: inverse reward design.

A proxy was chosen by somebody who had certain ways of acting in mind (the design). It tells what they mean in so far as
doing well by the proxy *there* does well by what they mean, and tells nothing of ways that were not there
(Hadfield-Menell et al. 2017, arXiv:1711.02827):

    P(w | proxy, design)  ~  exp(b w . f(proxy)) / sum_i exp(b w . f(proxy_i))

f(proxy) being the features of what the proxy would have done in the design, and proxy_i others that could have been
said. Planning is averse to risk: the best of the worst twentieth of what may be meant, against doing nothing. Where
that leaves much undone, asking about one way at a time is worth more than guessing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RISK = 0.05
"""The share of what may be meant that a plan answers for."""


@dataclass(frozen=True, eq=False)
class Intent:
    """Beliefs about what is meant.

    Attributes:
        samples: weights of features, (S, F).
        chances: of each, (S,), sum to 1.
    """

    samples: Array
    chances: Array

    def told(self, feature: int, wished: bool, trust: float) -> Intent:
        """The beliefs after an answer: whether what comes of this feature is wished for, right so often."""
        agrees = (self.samples[:, feature] > 0) == wished
        weighed = self.chances * np.where(agrees, trust, 1 - trust)
        return Intent(self.samples, weighed / weighed.sum())

    def plan(self, plans: Array) -> int:
        """The plan, of features (N, F), whose worst twentieth is best; nothing done counts 0, and wins where no plan
        is better: -1."""
        worth = plans @ self.samples.T
        order = np.argsort(worth, axis=1)
        upto = np.cumsum(self.chances[order], axis=1)
        worst = np.take_along_axis(worth, order, 1)[np.arange(len(plans)), (upto >= RISK).argmax(1)]
        best = int(worst.argmax())
        return best if worst[best] > 1e-9 else -1

    def doubted(self, plans: Array) -> int | None:
        """The feature that is worth asking about: the one from which most is to be gained over what would be done now,
        if the answer were yes, times how likely that is; None where nothing is, or all is sure enough."""
        now = self.plan(plans)
        sure_of = float(plans[now] @ (self.chances @ self.samples)) if now >= 0 else 0.0
        hopeful = self.chances @ (self.samples > 0)
        gains = np.abs(plans).max(0) * (self.chances @ np.clip(self.samples, 0, None)) - hopeful * sure_of
        gains = np.where((hopeful > RISK) & (hopeful < 1 - RISK), gains, -1.0)
        best = int(gains.argmax())
        return best if gains[best] > 1e-9 else None


def inferred(proxy: Array, design: Array, rationality: float = 10.0, samples: int = 400, seed: int = 0) -> Intent:
    """Beliefs after a proxy (F,) was said with the ways of acting in `design` (A, F) in mind.

    Args:
        proxy: its weights.
        design: features of each way; rows of zeros do nothing.
        rationality: b, how well proxies are chosen.
        samples: S, of what may be meant, evenly from -1 to 1; they are also the other proxies.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    meant = rng.uniform(-1, 1, (samples, len(proxy)))
    done = design[(design @ proxy).argmax()]
    others = design[(design @ meant.T).argmax(0)]
    scores = rationality * meant @ done
    total = np.log(np.mean(np.exp(rationality * meant @ others.T), axis=1))
    raised = np.exp(scores - total - (scores - total).max())
    return Intent(meant, raised / raised.sum())


def planned(
    beliefs: Intent, plans: Array, ask: Callable[[int], bool] | None = None, questions: int = 3, trust: float = 0.95
) -> tuple[int, int]:
    """The plan (of features (N, F); -1: nothing), and how many questions it took.

    Args:
        beliefs: about what is meant.
        plans: what could be done.
        ask: answers whether what comes of a feature is wished for; nobody can be asked by default.
        questions: at most.
        trust: how often answers are right.
    """
    asked = 0
    while ask is not None and asked < questions and (feature := beliefs.doubted(plans)) is not None:
        beliefs = beliefs.told(feature, ask(feature), trust)
        asked += 1
    return beliefs.plan(plans), asked
