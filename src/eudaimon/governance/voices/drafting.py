"""Candidate statements, written by any backend from what groups already agree with, to be voted on like all others.

A draft is a proposal and nothing more: it has no votes, and stands on a slate only once people have voted on it.
(Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich 2023, "Generative social choice", 2309.01291.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Message
from eudaimon.governance.voices.opinions import Opinions
from eudaimon.governance.voices.representative import Standing
from eudaimon.language import Branch, Extend, LanguageModel

MOST_CHARACTERS = 240
ASKED = (
    "Here is what people in one conversation said, group by group.\n{groups}\nWrite one short statement of your own, a "
    "single sentence, that people in every group could agree with. Write the statement alone."
)
WEIGHED = "You belong to a group of people who think so:\n{views}\nDo you agree with the statement that follows?"


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate.

    Attributes:
        text: one sentence.
        shown: indices of the statements that the writer was shown.
        support: by group, the probability that the backend gives to its agreeing: a guess, not a vote.
    """

    text: str
    shown: tuple[int, ...]
    support: tuple[float, ...]


def draft_statements(
    model: LanguageModel, opinions: Opinions, standing: Sequence[Sequence[Standing]], count: int = 8, seed: int = 0
) -> list[Draft]:
    """At most `count` drafts, the one whose least supporting group supports it most first. What is no sentence of a
    fitting length, or has been said before, is left out.

    Args:
        model: the writer; also asked what each group would say of each draft.
        opinions: of the conversation.
        standing: what stands for each group (see `representative`).
        count: how often the writer is asked.
        seed: of its sampling.
    """
    views = ["\n".join(_view(opinions, one) for one in group) for group in standing]
    prompt = ASKED.format(groups="\n".join(f"Group {g + 1}:\n{view}" for g, view in enumerate(views)))
    asked = [Extend((Message("user", prompt),), 60, temperature=1.0, seed=seed + i, sealed=True) for i in range(count)]
    texts = _new([one.text for one in model.extend(asked)], [one.text for one in opinions.statements])
    shown = tuple(dict.fromkeys(one.statement for group in standing for one in group))
    voices = tuple(Message("council", WEIGHED.format(views=view), f"group {g + 1}") for g, view in enumerate(views))
    heard = model.branch([Branch((Message("user", text),), voices, 0, ("agree", "disagree")) for text in texts])
    drafts = [
        Draft(text, shown, tuple(voice.probabilities[0] for voice in said))
        for text, said in zip(texts, heard, strict=True)
    ]
    return sorted(drafts, key=lambda draft: -min(draft.support, default=0.0))


def _view(opinions: Opinions, one: Standing) -> str:
    return f"- they {one.side} ({one.votes} of {one.seen}): {opinions.statements[one.statement].text}"


def _new(texts: Sequence[str], said: Sequence[str]) -> list[str]:
    """The first sentence of each, once, unless it was said before."""
    known = {_folded(text) for text in said}
    found = []
    for text in texts:
        lines = [line.strip(" \"'“”-*") for line in text.strip().splitlines() if line.strip()]
        sentence = re.split(r"(?<=[.!?…])\s", lines[0])[0] if lines else ""
        if len(sentence.split()) >= 3 and len(sentence) <= MOST_CHARACTERS and _folded(sentence) not in known:
            known.add(_folded(sentence))
            found.append(sentence)
    return found


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
