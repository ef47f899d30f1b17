"""The supervised stage: a reply, its criticism by a principle, and the reply revised; several rounds, each by another.

Bai et al. 2022, section 3. Every step is drawn under a seed of its own, so that what was done before a run was killed
is what would be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from eudaimon.dialogue import Message
from eudaimon.language import Extend, LanguageModel
from eudaimon.training.constitution.principles import Principle

CRITICISE = "Criticise your last reply by this principle: {principle} Name the one thing that breaks it most."
REVISE = "Now write the reply anew, so that the criticism no longer applies. Write only the reply."


@dataclass(frozen=True, slots=True)
class Revised:
    """What became of one prompt.

    Attributes:
        prompt: what was asked.
        replies: the first reply, then each revision.
        principles: ids, one a round.
        critiques: one a round.
    """

    prompt: str
    replies: tuple[str, ...]
    principles: tuple[str, ...]
    critiques: tuple[str, ...]

    @property
    def row(self) -> dict[str, object]:
        """With TRL's columns for the supervised stage, and where it came from."""
        return {
            "prompt": [{"role": "user", "content": self.prompt}],
            "completion": [{"role": "assistant", "content": self.replies[-1]}],
            "replies": list(self.replies),
            "principles": list(self.principles),
            "critiques": list(self.critiques),
        }


def revise(
    model: LanguageModel,
    prompts: Sequence[str],
    principles: Sequence[Principle],
    rounds: int = 1,
    seed: int = 0,
    max_tokens: int = 128,
) -> list[Revised]:
    """Answer, criticise and revise; all prompts in one batch a step.

    Args:
        model: says everything.
        prompts: what people asked.
        principles: each round draws one for each prompt.
        rounds: of criticism and revision.
        seed: of the principles and of what is said.
        max_tokens: a reply or criticism, at most.
    """
    asked = [(Message("user", prompt),) for prompt in prompts]
    replies = [[text] for text in _say(model, asked, seed, max_tokens)]
    drawn: list[list[Principle]] = [[] for _ in prompts]
    critiques: list[list[str]] = [[] for _ in prompts]
    for number in range(rounds):
        for place, prompt in enumerate(prompts):
            drawn[place].append(Random(f"{seed} {number} {prompt}").choice(list(principles)))
        judged = [
            (*one, Message("assistant", said[-1]), Message("user", CRITICISE.format(principle=by[-1].text)))
            for one, said, by in zip(asked, replies, drawn, strict=True)
        ]
        told = _say(model, judged, seed + 2 * number + 1, max_tokens)
        again = [
            (*one, Message("assistant", words), Message("user", REVISE))
            for one, words in zip(judged, told, strict=True)
        ]
        for place, (words, text) in enumerate(
            zip(told, _say(model, again, seed + 2 * number + 2, max_tokens), strict=True)
        ):
            critiques[place].append(words)
            replies[place].append(text)
    return [
        Revised(prompt, tuple(said), tuple(p.id for p in by), tuple(words))
        for prompt, said, by, words in zip(prompts, replies, drawn, critiques, strict=True)
    ]


def _say(model: LanguageModel, asked: Sequence[tuple[Message, ...]], seed: int, max_tokens: int) -> list[str]:
    said = model.extend([Extend(one, max_tokens=max_tokens, seed=seed) for one in asked])
    return [one.text.strip() for one in said]
