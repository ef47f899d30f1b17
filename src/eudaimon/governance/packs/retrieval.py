"""Finding what a community wrote on something: BM25, which needs no model and is the same everywhere.

score(q, d) = sum over words w of q of idf(w) f (k + 1) / (f + k (1 - b + b |d| / mean |d|)), with f how often w stands
in d, idf(w) = log(1 + (N - n + .5) / (n + .5)), n how many passages hold w (Robertson and Zaragoza 2009, "The
probabilistic relevance framework: BM25 and beyond").
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

K, B = 1.2, 0.75


def words(text: str) -> list[str]:
    """A text's words, folded."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Shelf:
    """Passages that can be searched."""

    passages: tuple[str, ...]

    @cached_property
    def _counts(self) -> list[Counter[str]]:
        return [Counter(words(passage)) for passage in self.passages]

    @cached_property
    def _holding(self) -> Counter[str]:
        return Counter(word for count in self._counts for word in count)

    def find(self, query: str, most: int = 3) -> list[tuple[float, str]]:
        """At most so many passages that share a word with the query, the highest score first."""
        scores = [
            (self._score(words(query), count), passage)
            for count, passage in zip(self._counts, self.passages, strict=True)
        ]
        return sorted((one for one in scores if one[0] > 0), key=lambda one: -one[0])[:most]

    def _score(self, query: Sequence[str], count: Counter[str]) -> float:
        n, mean = len(self.passages), sum(map(Counter.total, self._counts)) / max(1, len(self.passages))
        length = K * (1 - B + B * count.total() / mean)
        return sum(
            math.log(1 + (n - self._holding[word] + 0.5) / (self._holding[word] + 0.5)) * count[word] * (K + 1)
            / (count[word] + length)
            for word in set(query)
            if count[word]
        )  # fmt: skip
