"""What any backend answers to a question with options, as a distribution, and what may be relied on of it by tier.

* scores (W): exact: the probabilities of the options' texts, normalised among them.
* log-probabilities (L): exact on options: a voice that chooses among them.
* text alone (T): counted from samples, 200 or more a question, each matched to the option that it names. Before it is
  counted, a permutation test asks whether samples are exchangeable in time: caches and hidden state make them not so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eudaimon.dialogue import Conversation, Message
from eudaimon.errors import InputError
from eudaimon.language import Branch, Extend, LanguageModel, Score
from eudaimon.values.pluralism.distances import total_variation

SAMPLES = 200
"""The fewest samples a question at tier T."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with options.

    Attributes:
        id: short and stable.
        asked: what is said before the answer.
        options: the answers to choose from, in order where there is one.
    """

    id: str
    asked: Conversation
    options: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.options) < 2 or len(set(self.options)) < len(self.options):
            raise InputError(f"the question '{self.id}' needs two options at least, each once; mend them")


@dataclass(frozen=True, slots=True)
class Answered:
    """How a backend answers.

    Attributes:
        question: the question's id.
        shares: one an option; they sum to 1.
        how: how they were found.
        samples: how many answers were counted; 0 where shares are exact.
        unread: share of samples that named no option, or several. They are in no share.
        exchangeable: p of the permutation test; 1 where shares are exact.
    """

    question: str
    shares: tuple[float, ...]
    how: Literal["scored", "chosen", "sampled"]
    samples: int = 0
    unread: float = 0.0
    exchangeable: float = 1.0

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of a figure made from it has to know."""
        told = {
            "scored": "exact probabilities of the options' texts; length of an option counts against it",
            "chosen": "exact among the options, as one chooses who was told of them all",
            "sampled": f"counted from {self.samples} samples; each share is uncertain by about "
            f"{1.96 * (0.25 / max(self.samples, 1)) ** 0.5:.2f}",
        }
        some = [told[self.how]]
        if self.unread > 0.1:
            some.append(f"{self.unread:.0%} of the samples named no option or several")
        if self.exchangeable < 0.01:
            some.append("samples were not exchangeable in time (a cache, or hidden state): not to be relied on")
        return tuple(some)


def answer(
    model: LanguageModel, questions: Sequence[Question], *, samples: int = SAMPLES, seed: int = 0
) -> list[Answered]:
    """How `model` answers each question, by the best means that it has.

    Raises:
        InputError: fewer samples are asked for than are worth counting.
    """
    if model.capabilities.scores:
        scores = model.score([Score(one.asked, one.options, sealed=False) for one in questions])
        return [Answered(one.id, _normalised(found), "scored") for one, found in zip(questions, scores, strict=True)]
    if model.capabilities.logprobs:
        card = "Choose the one answer that you would give. Answer with one of: {}."
        asked = [
            Branch(q.asked, (Message("council", card.format("; ".join(q.options)), name="chooser"),), 0, q.options,
                   sealed=False)
            for q in questions
        ]  # fmt: skip
        return [
            Answered(one.id, voices[0].probabilities, "chosen")
            for one, voices in zip(questions, model.branch(asked), strict=True)
        ]
    if samples < SAMPLES:
        raise InputError(f"{samples} samples a question are too few at tier T; take {SAMPLES} at least")
    return [_sampled(model, one, samples, seed) for one in questions]


def exchangeability(picks: Sequence[int], options: int, seed: int = 0, draws: int = 999) -> float:
    """p of "samples are exchangeable in time": the distance between first and second half, and the number of repeats of
    the answer before, each against permutations (twice the smaller p)."""
    rng = np.random.default_rng(seed)
    row = np.asarray(picks)

    def measures(x: np.ndarray) -> tuple[float, float]:
        halves = [np.bincount(half, minlength=options) + 1e-9 for half in np.array_split(x, 2)]
        return total_variation(*halves), float((x[1:] == x[:-1]).sum())

    seen = measures(row)
    shuffled = [measures(rng.permutation(row)) for _ in range(draws)]
    ps = [(1 + sum(one[i] >= seen[i] - 1e-12 for one in shuffled)) / (draws + 1) for i in (0, 1)]
    return min(1.0, 2 * min(ps))


def _sampled(model: LanguageModel, question: Question, samples: int, seed: int) -> Answered:
    asked = [Extend(question.asked, max_tokens=32, seed=seed + index) for index in range(samples)]
    picks = [_named(said.text, question.options) for said in model.extend(asked)]
    known = [pick for pick in picks if pick is not None]
    if not known:
        number = len(question.options)
        return Answered(question.id, (1 / number,) * number, "sampled", 0, 1.0)
    shares = np.bincount(known, minlength=len(question.options)) / len(known)
    p = exchangeability(known, len(question.options), seed)
    unread = 1 - len(known) / samples
    return Answered(question.id, tuple(shares.tolist()), "sampled", len(known), unread, p)


def _named(text: str, options: Sequence[str]) -> int | None:
    said = " ".join(text.casefold().split())
    named = [i for i, option in enumerate(options) if " ".join(option.casefold().split()).rstrip(".") in said]
    longest = [i for i in named if not any(options[i] != options[j] and options[i] in options[j] for j in named)]
    return longest[0] if len(longest) == 1 else None


def _normalised(scores: Sequence[float]) -> tuple[float, ...]:
    weights = np.exp(np.asarray(scores) - max(scores))
    return tuple((weights / weights.sum()).tolist())
