"""Where a pack speaks: on what its passages are about, and nowhere else, since who has customs for eight places has
none for the ninth.

A question is about something (its subject) and asks something of it (its matter). A subject is known if the words of
the question that tell the pack's passages apart stand in one of them, by more than half of their weight (idf over
passages). The matter is judged by naive Bayes over the words that are left (Lewis 1998, "Naive (Bayes) at forty"): the
sum of log P(w | ours) / P(w | silent), with shares of questions that hold w, to each of which one question's worth of
w's share of all questions is added; a word that neither kind ever used tells a little against. The pack speaks where
the subject is known, the sum is above 0, and a question that it answers is nearer (cosine of tf-idf) than any that it
does not. So "how is the weather at the mill?" is out of reach of a pack
that tells what folk do there. All of it is learned from questions alone: some that the pack answers, and some that it
does not, be it other packs' questions without their answers or anybody's.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eudaimon.errors import GovernanceError
from eudaimon.governance.packs.retrieval import words

STRANGE = -1.0
"""What a word that neither kind of question ever used says of the matter, in nats. Chosen on the development draws of
`experiments.communities`, of which three quarters of the wordings are then known again, and no other matter is taken
for one's own: at 0 one in seventeen is; at -3, as a word of the silent questions weighs, a third are known again."""


@dataclass(frozen=True)
class Reach:
    """What a pack answers.

    Attributes:
        passages: what its community wrote.
        ours: questions that it answers.
        silent: questions that it does not answer.

    Raises:
        GovernanceError: one of them is empty.
    """

    passages: tuple[str, ...]
    ours: tuple[str, ...]
    silent: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.passages and self.ours and self.silent):
            raise GovernanceError("a reach is learned from passages and questions of both kinds; give some of each")

    def binds(self, question: str) -> bool:
        """Whether the pack speaks on it."""
        known, rest = self._read(question)
        return known and sum(map(self._told, rest)) > 0 and self._nearer(question)

    def _nearer(self, question: str) -> bool:
        """Whether a question that the pack answers is nearer than every one that it does not."""
        asked = self._vectors(question)
        ours, silent = ((asked @ self._asked[kind].T).max() for kind in (0, 1))
        return bool(ours > silent + 1e-9)

    def _vectors(self, *questions: str) -> Any:
        return self._maker.transform(questions)

    @cached_property
    def _maker(self) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(analyzer=words, binary=True).fit((*self.ours, *self.silent))

    @cached_property
    def _asked(self) -> tuple[Any, Any]:
        return self._vectors(*self.ours), self._vectors(*self.silent)

    def _read(self, question: str) -> tuple[bool, frozenset[str]]:
        """Whether the subject is known, and the words that are left."""
        said = frozenset(words(question))
        telling = {word: self._weights[word] for word in said if word in self._weights}
        held = max(self._passages, key=lambda passage: sum(telling.get(word, 0.0) for word in said & passage))
        known = 2 * sum(telling.get(word, 0.0) for word in said & held) > sum(telling.values())
        return known, said - (held & telling.keys()) if known else said

    def _told(self, word: str) -> float:
        ours, silent = self._seen[0][word], self._seen[1][word]
        if not ours + silent:
            return STRANGE
        n, m = len(self.ours), len(self.silent)
        pooled = (ours + silent) / (n + m)
        return math.log((ours + pooled) / (n + 1)) - math.log((silent + pooled) / (m + 1))

    @cached_property
    def _passages(self) -> list[frozenset[str]]:
        return [frozenset(words(passage)) for passage in self.passages]

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Of words that stand in half of the passages at most, how much they tell."""
        counts, n = Counter(word for passage in self._passages for word in passage), len(self._passages)
        return {word: math.log(1 + n / count) for word, count in counts.items() if count <= max(1, n // 2)}

    @cached_property
    def _seen(self) -> tuple[Counter[str], Counter[str]]:
        """How many questions of each kind hold each word, their known subjects left out."""
        ours, silent = (
            Counter(word for question in asked for word in self._read(question)[1])
            for asked in (self.ours, self.silent)
        )
        return ours, silent
