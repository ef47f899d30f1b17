"""Steerable pluralism: whether answers follow a charter or a stance that is asked for, and what else moves with it.

For an attribute a with values v: accuracy is the share of (a, v) in which the answer to a's own question, steered to v,
is v; leakage is how far the answers to all *other* questions move, by total variation, against the unsteered ones
(Sorensen et al. 2024, "steerable pluralism"; side effects as in steering vectors' evaluations).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eudaimon.dialogue import Message
from eudaimon.language import LanguageModel
from eudaimon.values.charter import Charter
from eudaimon.values.pluralism.asking import Answered, Question, answer
from eudaimon.values.pluralism.distances import total_variation


@dataclass(frozen=True, slots=True)
class Attribute:
    """What can be steered.

    Attributes:
        question: by which it is measured; its options are the attribute's values, in order.
        steers: for each option what is said to steer to it.
    """

    question: Question
    steers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Steered:
    """What steering did.

    Attributes:
        accuracy: share of values that were reached.
        leakage: mean total variation of the other attributes' answers.
        reached: (attribute, value) to the share that its answer then had.
        tier: of the backend, with the caveats of its answers.
        caveats: what a reader has to know.
    """

    accuracy: float
    leakage: float
    reached: Mapping[tuple[str, str], float]
    tier: str
    caveats: tuple[str, ...]


By = Callable[[Attribute, str], LanguageModel]
"""A model that is steered to an attribute's value by other means than words: an adapter, a reward, a council."""


def steer(
    model: LanguageModel,
    attributes: Sequence[Attribute],
    *,
    samples: int = 200,
    seed: int = 0,
    by: By | None = None,
) -> Steered:
    """Steer `model` to every value of every attribute, and look at all attributes each time.

    Args:
        model: as it is without steering.
        attributes: what is steered, and looked at.
        samples, seed: see `answer`.
        by: gives the steered model; by default `model` is told the value's words in a system message.
    """
    questions = [one.question for one in attributes]
    plain = answer(model, questions, samples=samples, seed=seed)
    reached: dict[tuple[str, str], float] = {}
    right, leaks = [], []
    for index, attribute in enumerate(attributes):
        for place, value in enumerate(attribute.question.options):
            steered, asked = model, questions
            if by is None:
                asked = [told_first(question, attribute.steers[value]) for question in questions]
            else:
                steered = by(attribute, value)
            now = answer(steered, asked, samples=samples, seed=seed)
            reached[attribute.question.id, value] = now[index].shares[place]
            right.append(int(np.argmax(now[index].shares)) == place)
            leaks += [_moved(a, b) for other, (a, b) in enumerate(zip(plain, now, strict=True)) if other != index]
    told_of = tuple(dict.fromkeys(caveat for one in plain for caveat in one.caveats))
    return Steered(
        float(np.mean(right)), float(np.mean(leaks)) if leaks else 0.0, reached, model.capabilities.tier, told_of
    )


def told_first(question: Question, words: str) -> Question:
    """`question`, with `words` in a system message before it."""
    return replace(question, asked=(Message("system", words), *question.asked))


def charter_words(charter: Charter) -> str:
    """A charter as words to steer by: its floors, then the rest."""
    some = sorted(charter.articles, key=lambda article: article.kind != "floor")
    return "\n".join(f"{'Never broken: ' if a.kind == 'floor' else ''}{a.text.strip()}" for a in some)


def _moved(before: Answered, after: Answered) -> float:
    return total_variation(before.shares, after.shares)
