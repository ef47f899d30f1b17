"""A linear reward that knows length, shape, the prompt and n-grams of letters and words: an ensemble by bootstrap.

With a thousand pairs there is no learning a language; what is on the surface, and which pieces of words occur, is most
of what such data tell. How dear large weights are is chosen by held-back prompts, which also say how sure to be: gaps
are divided by the temperature that foresees them best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import TrainingError
from eudaimon.training.rewards.calibration import temperature
from eudaimon.training.rewards.judged import Judged, split_by_prompt
from eudaimon.training.rewards.linear import linear_head
from eudaimon.training.rewards.surface import surface

Array = NDArray[np.float64]
READ = 2000
"""Letters of a reply whose n-grams are looked at; its surface is seen whole."""


@dataclass(frozen=True, slots=True)
class NgramLearning:
    """How.

    Attributes:
        members: of the ensemble; the first has every pair once, the others draw pairs with replacement.
        ridges: to choose among.
        features: n-grams of letters, and of words, at most.
        seed: of the draws.
    """

    members: int = 3
    ridges: tuple[float, ...] = (30.0, 100.0, 300.0)
    features: int = 20_000
    seed: int = 0


class Features:
    """From prompts and replies to rows of features, by n-grams that were seen in learning."""

    def __init__(self, replies: Sequence[str], most: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        shared: dict[str, Any] = {"sublinear_tf": True, "max_features": most, "min_df": 2}
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **shared)
        self._words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b|\S", **shared)
        cut = [reply[:READ] for reply in replies]
        self._letters.fit(cut)
        self._words.fit(cut)
        self.scale: Array = np.ones(1)

    def rows(self, prompts: Sequence[str], replies: Sequence[str]) -> Any:
        """A sparse row for each reply; n-grams weigh as much as ten units of the surface."""
        from scipy.sparse import csr_array, hstack

        cut = [reply[:READ] for reply in replies]
        seen = np.stack([surface(*both) for both in zip(prompts, replies, strict=True)]) / self.scale
        return csr_array(hstack([csr_array(seen), 10 * self._letters.transform(cut), 10 * self._words.transform(cut)]))

    def apart(self, pairs: Sequence[Judged]) -> Any:
        """Rows of the chosen sides minus those of the rejected ones."""
        prompts = [pair.prompt for pair in pairs]
        return self.rows(prompts, [p.chosen for p in pairs]) - self.rows(prompts, [p.rejected for p in pairs])


class NgramReward:
    """An ensemble of linear rewards over the same features."""

    def __init__(self, features: Features, weights: Array, ridge: float, sureness: float) -> None:
        self.features, self.weights, self.ridge, self.sureness = features, weights, ridge, sureness

    def rewards(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """Of each reply by each member, (E, N)."""
        return np.asarray((self.features.rows(prompts, replies) @ self.weights.T).T / self.sureness)

    def gaps(self, pairs: Sequence[Judged]) -> Array:
        """Mean over members of reward(chosen) - reward(rejected), (N,); its sigmoid is meant as a probability."""
        prompts = [pair.prompt for pair in pairs]
        better, worse = (self.rewards(prompts, [getattr(p, side) for p in pairs]) for side in ("chosen", "rejected"))
        return np.asarray((better - worse).mean(0))

    def __call__(self, prompts: Sequence[str], completions: Sequence[str], **columns: object) -> list[float]:
        """Of TRL's shape: the ensemble's mean."""
        return [float(one) for one in self.rewards(prompts, completions).mean(0)]


def learn_ngrams(pairs: Sequence[Judged], how: NgramLearning | None = None) -> NgramReward:
    """Learn a reward from judged pairs.

    Raises:
        TrainingError: there are too few pairs to hold any back.
    """
    how = how or NgramLearning()
    taught, held = split_by_prompt(pairs, 0.8, salt="held back")
    if not taught or not held:
        raise TrainingError(f"a reward needs pairs of several prompts, and there are {len(pairs)} pairs; give more")
    features = Features([text for pair in pairs for text in (pair.chosen, pair.rejected)], how.features)
    spread = np.stack([surface(p.prompt, p.chosen) - surface(p.prompt, p.rejected) for p in pairs]).std(0)
    features.scale = np.where(spread > 1e-9, spread, 1.0)
    known, asked = features.apart(taught), features.apart(held)
    found = {ridge: np.asarray(asked @ linear_head(known, ridge)) for ridge in how.ridges}
    ridge = min(found, key=lambda one: float(np.logaddexp(0, -found[one]).mean()))
    chance, every = np.random.default_rng(how.seed), features.apart(pairs)
    draws = [np.arange(len(pairs)), *chance.integers(len(pairs), size=(how.members - 1, len(pairs)))]
    weights = np.stack(
        [linear_head(every, ridge, np.bincount(draw, minlength=len(pairs)).astype(float)) for draw in draws]
    )
    return NgramReward(features, weights, ridge, max(1.0, temperature(found[ridge])))
