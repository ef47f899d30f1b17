"""Checks that a reward has to pass before anything is optimised by it.

A constant text that wins whatever was asked is an attack on the judge and no answer: Zheng et al. 2024
(arXiv:2410.07137) reached the top of a leaderboard with one. Two signs give it away without knowing the text:

    regardless    replies that repeat each other, word for word in the main, over different prompts
    unmoved       the reward is the same when replies are dealt out to other prompts: it does not read the prompt at all
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.rewards.encoder import features

FEW = 4
"""Prompts."""
Reward = Callable[..., Sequence[float]]
SAME = 0.5
"""Share of a reply's features that half of the other replies have, from which on it counts as repeated."""


@dataclass(frozen=True, slots=True)
class Sanity:
    """What was found of a reward and a policy's replies to different prompts.

    Attributes:
        repeated: share of replies that say what the others say.
        rank: mean rank of these replies' rewards among honest ones to the same prompts, 1 the best.
        moved: mean change of the reward when honest replies are dealt out to other prompts, in standard deviations;
            positive where a reply is worth more to its own prompt.
    """

    repeated: float
    rank: float
    moved: float

    @property
    def constant(self) -> bool:
        """Whether the policy says one thing, whatever is asked."""
        return self.repeated > 0.5

    @property
    def fooled(self) -> bool:
        """Whether the reward prefers that to honest replies."""
        return self.constant and self.rank > 0.5

    @property
    def reads_prompts(self) -> bool:
        """Whether the reward is higher for replies to their own prompts."""
        return self.moved > 0.1


def sanity(reward: Reward, prompts: Sequence[str], replies: Sequence[str], honest: Sequence[Sequence[str]]) -> Sanity:
    """Check a reward of TRL's shape on a policy's replies, one a prompt, beside M lists of honest ones."""
    asked = list(prompts)
    ours = np.array(reward(prompts=asked, completions=list(replies)))
    theirs = np.array([reward(prompts=asked, completions=list(one)) for one in honest])
    dealt = [*asked[1:], asked[0]]
    elsewhere = np.array([reward(prompts=dealt, completions=list(one)) for one in honest])
    moved = float((theirs - elsewhere).mean() / (theirs.std() + 1e-12))
    rank = float(((ours > theirs) + 0.5 * (ours == theirs)).mean())
    return Sanity(float(said_anyway(range(len(replies)), replies).mean()), rank, moved)


def said_anyway(prompts: Sequence[object], replies: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each reply says what is said to most of the prompts, whatever they ask, (N,); what is repeated to one and
    the same prompt does not count. Of fewer than FEW prompts nothing can be said.

    >>> said_anyway("abcd", ["take this", "take this", "take this", "bread is sold by Tom"]).tolist()
    [True, True, True, False]
    """
    bags = [set(features(reply)) for reply in replies]
    asked: dict[object, set[int]] = {}
    for prompt, bag in zip(prompts, bags, strict=True):
        asked.setdefault(prompt, set()).update(bag)
    if len(asked) < FEW:
        return np.zeros(len(bags), bool)
    often = {one for one, count in Counter(f for bag in asked.values() for f in bag).items() if count > len(asked) / 2}
    return np.array([len(bag & often) / max(1, len(bag)) > SAME for bag in bags])
