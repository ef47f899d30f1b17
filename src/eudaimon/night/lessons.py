"""Lessons: what a night teaches where there are no weights to train, as a short text for the context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from eudaimon.dialogue import Conversation, Decision, Episode, Message, Signal, Verdict
from eudaimon.language import Branch, Extend, Extension, LanguageModel, Score, Voice
from eudaimon.night.turns import words
from eudaimon.psyche import deciding

Request = TypeVar("Request", Extend, Branch, Score)

HEAD = "Lessons of your nights:"
ASKED = {Verdict.REVISE: "asked you to say it again", Verdict.SURRENDER: "asked you to let it go"}


def distil(commented: Sequence[Episode], signals: Sequence[Signal], before: str, most: int) -> str:
    """The night's lessons: who objected most often comes first, each with an example, and with better words where the
    night found some; then those of the nights before, as far as there is room.

    Args:
        commented: the night's commentary.
        signals: its signals; their preferences give the better words.
        before: the lessons that the persona has already.
        most: words at most.

    Returns:
        Lines of text; empty where nothing was learned.
    """
    lines = [*_objections(commented), *_better(signals), *before.splitlines()[1:]]
    kept: list[str] = []
    for line in dict.fromkeys(lines):
        if sum(map(words, (HEAD, *kept, line))) <= most:
            kept.append(line)
    return "\n".join((HEAD, *kept)) if kept else ""


def taught(conversation: Conversation, lessons: str) -> Conversation:
    """`conversation` with the lessons before everything else, in the system's turn."""
    if not lessons:
        return conversation
    if conversation and conversation[0].role == "system":
        return (replace(conversation[0], content=f"{lessons}\n\n{conversation[0].content}"), *conversation[1:])
    return (Message("system", lessons), *conversation)


class Taught:
    """A model whose persona has lessons before it whenever it speaks. The sealed voices never see them.

    Args:
        model: any language model.
        lessons: as `distil` wrote them.
    """

    def __init__(self, model: LanguageModel, lessons: str) -> None:
        self.name, self.capabilities, self.usage = model.name, model.capabilities, model.usage
        self._model, self._lessons = model, lessons

    def extend(self, requests: list[Extend]) -> list[Extension]:
        """See `LanguageModel`."""
        return self._model.extend([self._taught(request) for request in requests])

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """See `LanguageModel`."""
        return self._model.branch([self._taught(request) for request in requests])

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """See `LanguageModel`."""
        return self._model.score([self._taught(request) for request in requests])

    def forget(self) -> None:
        """See `LanguageModel`."""
        self._model.forget()

    def _taught(self, request: Request) -> Request:
        return request if request.sealed else replace(request, conversation=taught(request.conversation, self._lessons))


def _objections(commented: Iterable[Episode]) -> list[str]:
    """One line for each voice and verdict, the most frequent first."""
    decisions = [r.decision for episode in commented for r in episode.reflections if r.decision.verdict in ASKED]
    counts = Counter((_voice(decision), decision.verdict) for decision in decisions)
    first = {(_voice(decision), decision.verdict): decision for decision in reversed(decisions)}
    return [_objection(key, count, first[key]) for key, count in counts.most_common()]


def _objection(key: tuple[str, Verdict], count: int, decision: Decision) -> str:
    name, verdict = key
    comment = deciding(decision)
    times = "once" if count == 1 else f"{count} times"
    word = f", with the words '{_quoted(comment.text)}'" if comment and comment.text else ""
    return f"- {name} {ASKED[verdict]} {times}; for example of '{_quoted(decision.passage.text)}'{word}."


def _voice(decision: Decision) -> str:
    comment = deciding(decision)
    return comment.archetype if comment else "The council"


def _better(signals: Iterable[Signal]) -> list[str]:
    """Better words that the night found, those of the widest margins first."""
    pairs = sorted((signal for signal in signals if signal.rejected), key=lambda one: (-one.margin, one.id))
    said = ((one.prompt[-1].content, one.rejected, one.chosen) for one in pairs)
    return ["- Asked '{}', rather than '{}' say '{}'.".format(*map(_quoted, some)) for some in said]


def _quoted(text: str) -> str:
    """What somebody said, on one line: each lesson is a line, by which the next night knows it again."""
    return " ".join(text.split())
