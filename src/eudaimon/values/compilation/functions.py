"""Articles as functions: rewards as TRL calls them, and a filter for data as datatrove calls it.

>>> from eudaimon.values import read_charter
>>> quiet, = (one for one in rewards(read_charter()) if one.__name__ == "leave_alone")
>>> quiet(["Leave me alone!", "Who bakes?"], ["As you wish.", "Tom does."])
[1.0, None]
>>> keep = data_filter(read_charter())
>>> keep({"text": "Tom bakes."}), keep({"text": "You are worthless."})
(True, (False, 'no-contempt'))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from eudaimon.dialogue import Conversation, Message
from eudaimon.language import Branch, LanguageModel
from eudaimon.values.charter import Article, Charter, floors
from eudaimon.values.compilation.product import Product
from eudaimon.values.goodenough import Level, Standard
from eudaimon.values.scope import Context, parse, truth

Said = str | Sequence[Mapping[str, Any]]
"""A text, or a conversation in TRL's form."""


class Reward(Protocol):
    """A reward as TRL's trainers call it; None where the article does not bind, so that TRL leaves it out."""

    __name__: str

    def __call__(
        self, prompts: Sequence[Said], completions: Sequence[Said], **columns: Sequence[Any]
    ) -> list[float | None]: ...


def rewards(charter: Charter) -> list[Reward]:
    """A reward for each article with a check, named after it: 1 where the reply keeps to it, 0 where it does not, None
    where it does not bind. A dataset's columns with names of the charter's context say in which context a row stands;
    where they do not say, floors bind and others do not."""
    return [_checked(article, charter) for article in charter.articles if article.check]


def judged_reward(rubric: Product, model: LanguageModel, name: str = "") -> Reward:
    """A reward from a compiled rubric: a judge's score, good enough being enough.

    With standard (f, a) and score s, the mean probability of yes over the rubric's questions: 0 below the floor f, else
    min(s, a) / a. Above the aspiration a all replies are worth the same, so there is no pressure any more.

    Args:
        rubric: a product of `words.rubrics`.
        model: who judges, with base weights; any backend.
        name: how the trainer logs it; by default the article's id.
    """
    standard = Standard(rubric.content["floor"], rubric.content["aspiration"])

    def reward(prompts: Sequence[Said], completions: Sequence[Said], **columns: Sequence[Any]) -> list[float | None]:
        term = parse(rubric.content["scope"])
        talks = [_talk(prompt, said) for prompt, said in zip(prompts, completions, strict=True)]
        bound = [index for index in range(len(talks)) if truth(term, _context(columns, index)) is True]
        scores = judge(rubric, model, [talks[index] for index in bound])
        worth = {index: _bounded(score, standard) for index, score in zip(bound, scores, strict=True)}
        return [worth.get(index) for index in range(len(talks))]

    return _named(reward, name or rubric.name)


def judge(rubric: Product, model: LanguageModel, conversations: Sequence[Conversation]) -> list[float]:
    """A judge's score of each conversation's last reply, in [0, 1]: the mean probability of yes over the questions."""
    voices = tuple(Message("council", one, name=rubric.name) for one in rubric.content["questions"])
    asked = [Branch(talk, voices, max_tokens=0, choices=("yes", "no")) for talk in conversations]
    return [sum(voice.probabilities[0] for voice in heard) / len(heard) for heard in model.branch(asked)]


def data_filter(charter: Charter) -> Callable[[Mapping[str, Any]], bool | tuple[bool, str]]:
    """Keeps a document unless what an assistant says in it breaks a floor: True, or (False, the floors broken).

    A document is a mapping with `messages`, or with `prompt` and `completion` or `chosen`, or with `text` alone, which
    is then held to the floors as if the persona had said it.
    """
    broken = floors(charter)

    def keep(document: Mapping[str, Any]) -> bool | tuple[bool, str]:
        found = [article.id for article in broken(_document(document))]
        return (False, ", ".join(found)) if found else True

    return keep


def _checked(article: Article, charter: Charter) -> Reward:
    def reward(prompts: Sequence[Said], completions: Sequence[Said], **columns: Sequence[Any]) -> list[float | None]:
        rows = zip(prompts, completions, strict=True)
        return [
            _worth(article, _talk(prompt, said), _context(columns, index, charter.context))
            for index, (prompt, said) in enumerate(rows)
        ]

    return _named(reward, article.id)


def _worth(article: Article, talk: Conversation, context: Context) -> float | None:
    assert article.check
    held = truth(article.term, context)
    before, reply = talk[-2].content if len(talk) > 1 else "", talk[-1].content
    if held is False or (held is None and article.kind != "floor") or not article.check.applies(before):
        return None
    return float(article.check.holds(reply, before))


def _bounded(score: float, standard: Standard) -> float:
    if standard.judge(score) is Level.BELOW_FLOOR:
        return 0.0
    return min(score, standard.aspiration) / standard.aspiration if standard.aspiration else 1.0


def _context(columns: Mapping[str, Sequence[Any]], index: int, known: Mapping[str, Any] | None = None) -> Context:
    row = {name: values[index] for name, values in columns.items() if known is None or name in known}
    row = {name: value for name, value in row.items() if isinstance(value, bool | int | float | str | list | tuple)}
    return {name: frozenset(value) if isinstance(value, list | tuple) else value for name, value in row.items()}


def _talk(prompt: Said, completion: Said) -> Conversation:
    return (*_turns(prompt, "user"), Message("assistant", "".join(m.content for m in _turns(completion, "assistant"))))


def _turns(said: Said, role: Any) -> list[Message]:
    if isinstance(said, str):
        return [Message(role, said)]
    return [Message(one["role"], str(one["content"])) for one in said]


def _document(document: Mapping[str, Any]) -> Conversation:
    if "messages" in document:
        return tuple(_turns(document["messages"], "assistant"))
    replied = document.get("completion", document.get("chosen", document.get("text", "")))
    return (*_turns(document.get("prompt", []), "user"), *_turns(replied, "assistant"))


def _named(reward: Any, name: str) -> Reward:
    reward.__name__ = reward.__qualname__ = re.sub(r"\W", "_", name)
    named: Reward = reward
    return named
