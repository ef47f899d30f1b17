"""What a pack changes: how often a model answers as a community would, at home and where the pack is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Conversation
from eudaimon.language import LanguageModel, Score


@dataclass(frozen=True, slots=True)
class Custom:
    """A question with the answer that a community gives.

    Attributes:
        asked: the conversation up to the answer.
        own: what the community says.
        others: what others might say.
    """

    asked: Conversation
    own: str
    others: tuple[str, ...]


def endorsed(model: LanguageModel, customs: Sequence[Custom]) -> float:
    """The share of questions in which the model holds the community's own answer the likeliest (mean log-probability a
    word, so that short answers have no advantage)."""
    requests = [Score(one.asked, (one.own, *one.others), sealed=False) for one in customs]
    right = 0
    for one, scores in zip(customs, model.score(requests), strict=True):
        per_word = [score / len(text.split()) for score, text in zip(scores, (one.own, *one.others), strict=True)]
        right += per_word[0] == max(per_word)
    return right / len(customs)
