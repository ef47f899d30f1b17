"""Whoever may answer the villagers: a model, and the two anchors that every score is read between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import fmean
from typing import Protocol

from eudaimon.dialogue import Conversation, Decision, Message, digest
from eudaimon.evals.lessons import Lesson, heard
from eudaimon.evals.templates import fill, mask
from eudaimon.gold import Hidden, Worth, replies_of
from eudaimon.language import LanguageModel
from eudaimon.psyche import Judge, Pause, Reply, Settings, derived_seed, drive, speak
from eudaimon.worlds.village import KINDS, Situation, Split, Villager, Visit, answer, scripted

Asked = tuple[Situation, Conversation]
"""A situation, and the conversation in it so far, which ends with the villager's words."""


class Actor(Protocol):
    """Answers any number of villagers at once; only `Reader` looks at the situation itself."""

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        """One reply for each, in order."""
        ...


class Reader:
    """The upper anchor: reads the notes well. Where notes are stale or people are odd, gold may differ."""

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        return [answer(situation, messages) for situation, messages in asked]


class Rambler:
    """The lower anchor: a good helper's reply from some other conversation of the kind, with names put in."""

    def __init__(self, taught: Sequence[Lesson]) -> None:
        self._templates: dict[str, list[str]] = {}
        for lesson in taught:
            self._templates.setdefault(lesson.kind, []).append(mask(lesson.reply, lesson.messages))

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        replies = []
        for situation, messages in asked:
            rng = rng_of(messages)
            replies.append(fill(rng.choice(self._templates[situation.kind]), messages, rng))
        return replies


@dataclass(frozen=True)
class Speaker:
    """A model as a persona, with its pauses answered by `judge`, if there is one."""

    model: LanguageModel
    judge: Judge | None = None
    settings: Settings = field(default_factory=lambda: Settings(temperature=0.0))

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        return [reply.text for reply in self.replies(asked)]

    def replies(self, asked: Sequence[Asked]) -> list[Reply]:
        """The same with everything that happened on the way."""
        personas = [
            speak(
                messages,
                replace(
                    self.settings,
                    reflect=self.judge is not None and self.settings.reflect,
                    seed=derived_seed(self.settings.seed, situation.key, len(messages)),
                ),
            )
            for situation, messages in asked
        ]
        return drive(personas, self.model, self.judge or silent)


class _Silent:
    """Sits where there is no judge; a persona that does not reflect never asks."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        raise AssertionError("a persona that does not reflect has paused")


silent: Judge = _Silent()


def play(actor: Actor, situations: Sequence[Situation], seed: int = 0) -> list[Conversation]:
    """Whole conversations of `actor` with the villagers of `situations`, all side by side."""
    villagers = [Villager(situation, seed) for situation in situations]
    done: dict[int, Conversation] = {}
    live: dict[int, Conversation] = {i: villager.begin() for i, villager in enumerate(villagers)}
    while live:
        replies = actor.reply([(situations[i], messages) for i, messages in live.items()])
        for (i, messages), reply in zip(list(live.items()), replies, strict=True):
            after = heard(villagers[i], messages, reply)
            if after is None:
                done[i] = (*live.pop(i), Message("assistant", reply))
            else:
                live[i] = after
    return [done[i] for i in range(len(villagers))]


def worths(hidden: Hidden, situations: Sequence[Situation], conversations: Sequence[Conversation]) -> list[Worth]:
    """What each conversation was worth."""
    return [
        hidden.worth(situation, replies_of(messages, scripted(situation)))
        for situation, messages in zip(situations, conversations, strict=True)
    ]


def duty(worth: Worth) -> float:
    """The mean share of the duties that applied, in [0, 1]: gold without needs."""
    return fmean(worth.duties.values())


def visits(
    split: Split, each: int, village: int = 0, kinds: Sequence[str] = tuple(KINDS), name: str = "eval"
) -> list[Visit]:
    """`each` visits of every kind, on either side by turns, in a fixed order."""
    return [Visit(village, f"{name} {n}", split, (kind,), n % 2) for kind in kinds for n in range(each)]


def rng_of(messages: Conversation) -> Random:
    """The chance of a reply: the same conversation has the same."""
    return Random(digest([message.content for message in messages]))
