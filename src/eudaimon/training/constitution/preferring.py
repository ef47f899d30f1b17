"""The stage of preferences: a model says which of two replies fits the principles better, and how sure it is.

Bai et al. 2022, section 4: soft labels are the normalised probabilities of the two options. Both orders are asked and
averaged, so that liking the first option, which models do, cancels out. Every principle is asked apart: what they
disagree on is the conflict report, and leaving one out needs no new judgement.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from eudaimon.dialogue import Message
from eudaimon.errors import CapabilityError
from eudaimon.language import LanguageModel, Score
from eudaimon.training.constitution.principles import Principle

ASK = (
    "{principle}\n\nA person said: {prompt}\n\nOption A: {first}\n\nOption B: {second}\n\n"
    "Which option fits better, A or B?"
)
OPTIONS = ("A", "B")


@dataclass(frozen=True, slots=True)
class Weighed:
    """Two replies to one prompt, weighed.

    Attributes:
        prompt, first, second: what was asked and said.
        by: probability that the first is better, by each principle's id.
    """

    prompt: str
    first: str
    second: str
    by: dict[str, float]

    def label(self, leave_out: str = "") -> float:
        """The soft label: the mean over principles but the one that is left out."""
        return fmean(chance for name, chance in self.by.items() if name != leave_out)


def prefer(
    model: LanguageModel, pairs: Sequence[tuple[str, str, str]], principles: Sequence[Principle]
) -> list[Weighed]:
    """Weigh pairs of (prompt, first, second) by every principle.

    Raises:
        CapabilityError: the model cannot score continuations.
    """
    if not model.capabilities.scores:
        raise CapabilityError(f"{model.name} cannot score continuations; preferences by principles need it to")
    requests = [
        Score((Message("user", ASK.format(principle=p.text, prompt=prompt, first=a, second=b)),), OPTIONS)
        for prompt, first, second in pairs
        for p in principles
        for a, b in ((first, second), (second, first))
    ]
    chances = iter([_first(*scores) for scores in model.score(requests)])
    found = []
    for prompt, first, second in pairs:
        by = {p.id: (next(chances) + 1 - next(chances)) / 2 for p in principles}
        found.append(Weighed(prompt, first, second, by))
    return found


def soft_rows(weighed: Sequence[Weighed], copies: int = 10, leave_out: str = "") -> list[dict[str, object]]:
    """TRL's columns for DPO with soft labels: each pair `copies` times, as often either way as its label says.

    The mean of DPO's loss over these rows is its loss under the label, rounded to 1 / copies; no trainer needs to know.
    """
    rows = []
    for one in weighed:
        label = one.label(leave_out)
        for number in range(copies):
            first = number < round(label * copies)
            chosen, rejected = (one.first, one.second) if first else (one.second, one.first)
            if chosen != rejected:
                rows.append(_row(one.prompt, chosen, rejected, label))
    return rows


def _row(prompt: str, chosen: str, rejected: str, label: float) -> dict[str, object]:
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "label": label,
    }


def _first(first: float, second: float) -> float:
    """P(A) from two log-probabilities."""
    return 1 / (1 + math.exp(min(700.0, second - first)))
