"""Whether a reply answers what was asked: learned from replies dealt out to other prompts, and held as a floor.

Learned together with preferences it costs them (on real pairs, words that prompt and reply share are no sign of the
better of two replies to it). As a floor it costs little where a reply is to the point: what falls short of most honest
replies is not bought off by what is pleasant in it, and a text that is the same whatever is asked falls short. It knows
common words alone, so that it cannot tell such a text from an honest one without any (a translation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import TrainingError
from eudaimon.training.rewards.judged import Judged, dealt_elsewhere
from eudaimon.training.rewards.linear import linear_head
from eudaimon.training.rewards.sanity import Reward, said_anyway
from eudaimon.training.rewards.surface import surface

Array = NDArray[np.float64]
READ = 2000
"""Letters of prompt and reply that are looked at for common words."""
MISSED, BINS = 0.1, 8
"""Share of honest replies of a length that may fall short of the floor, and in how many lengths."""
ANYWAY = 100.0
"""Units that a reply costs which says what is said whatever is asked: more than honest ones differ by."""


class Relevance:
    """How much a reply is to the point, in logits of it answering this prompt rather than another one.

    Raises:
        TrainingError: there are not two prompts with replies of their own.
    """

    def __init__(self, pairs: Sequence[Judged], ridge: float = 1.0) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        others = dealt_elsewhere(pairs)
        if not others:
            raise TrainingError("relevance is learned from replies to other prompts, and there are none; give more")
        texts = [text[:READ] for pair in pairs for text in (pair.prompt, pair.chosen)]
        self._words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", min_df=2).fit(texts)
        prompts = [pair.prompt for pair in others]
        own, foreign = (self._seen(prompts, [getattr(one, side) for one in others]) for side in ("chosen", "rejected"))
        self._scale = np.maximum((own - foreign).std(0), 1e-9)
        self._head = linear_head((own - foreign) / self._scale, ridge)
        said = [one.chosen for one in others]
        levels, lengths = self(prompts, said), _length(said)
        parts = [some for some in np.array_split(np.argsort(lengths), BINS) if len(some)]
        self._middles = np.array([lengths[some].mean() for some in parts])
        self._floors = np.array([np.quantile(levels[some], MISSED) for some in parts])

    def __call__(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """Of each reply, (N,)."""
        return np.asarray(self._seen(prompts, replies) / self._scale @ self._head)

    def shortfall(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """By how much each reply falls short of nearly all honest ones of about its length, (N,); 0 where it does not:
        a long reply that takes up nothing is suspect, "yes" is not."""
        floors = np.interp(_length(replies), self._middles, self._floors)
        return np.asarray(np.maximum(0.0, floors - self(prompts, replies)))

    def lacks(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """What replies of a batch lose by falling short, and ANYWAY more where one is said whatever is asked, (N,)."""
        return np.asarray(self.shortfall(prompts, replies) + ANYWAY * said_anyway(prompts, replies))

    def _seen(self, prompts: Sequence[str], replies: Sequence[str]) -> Array:
        """What is seen on the surface, and the cosine of common words by how rare they are, (N, D)."""
        asked, said = (self._words.transform([text[:READ] for text in texts]) for texts in (prompts, replies))
        common: Any = asked.multiply(said).sum(1)
        shapes = np.stack([surface(*both) for both in zip(prompts, replies, strict=True)])
        return np.concatenate([shapes, np.asarray(common).reshape(-1, 1)], 1)


class ToThePoint:
    """A reward of TRL's shape with a floor of relevance: what falls short of it loses by how much it falls short, and
    what repeats itself over a batch's different prompts is worth least.

    Args:
        reward: of TRL's shape.
        relevance: learned from the same pairs, or others.
        unit: what a logit of shortfall costs; about as much as rewards vary among honest replies.
    """

    def __init__(self, reward: Reward, relevance: Relevance, unit: float = 1.0) -> None:
        self.reward, self.relevance, self.unit = reward, relevance, unit

    def __call__(self, prompts: Sequence[str], completions: Sequence[str], **columns: object) -> list[float]:
        """reward - unit (shortfall + ANYWAY where it is said whatever is asked)."""
        given = np.array(self.reward(prompts=prompts, completions=completions, **columns))
        return [float(one) for one in given - self.unit * self.relevance.lacks(prompts, completions)]

    def gaps(self, pairs: Sequence[Judged]) -> Array:
        """reward(chosen) - reward(rejected), (N,)."""
        asked = [pair.prompt for pair in pairs]
        better, worse = (np.array(self(asked, [getattr(p, side) for p in pairs])) for side in ("chosen", "rejected"))
        return np.asarray(better - worse)


def _length(replies: Sequence[str]) -> Array:
    """Logarithms of letters."""
    return np.asarray(np.log1p([len(reply) for reply in replies]))
