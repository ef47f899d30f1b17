"""Whole conversations: people and a persona take turns, any number of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from eudaimon.dialogue import Conversation, Episode, Message, Reflection
from eudaimon.errors import NotTaken, TooLong
from eudaimon.language import LanguageModel, fitted
from eudaimon.psyche.driver import Progress, drive
from eudaimon.psyche.pause import Judge
from eudaimon.psyche.persona import speak
from eudaimon.psyche.reply import Reply, Settings, derived_seed


class Person(Protocol):
    """Whoever talks to the persona: a villager, a recorded question, somebody at a keyboard."""

    def next(self, messages: Conversation) -> str | None:
        """What the person says next, having heard `messages`; None when there is no more to say."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that is about to take place.

    Attributes:
        id: of the episode that it becomes; unique in a life.
        person: who talks.
        opening: what stands before the first word (the notes).
        visible: kept with the episode; what anyone could see besides the text.
    """

    id: str
    person: Person
    opening: Conversation = ()
    visible: Mapping[str, object] = field(default_factory=dict)


CUT, TOO_LONG, REFUSED = "cut", "too long", "refused"
"""In an episode's `visible`: the places of replies that were cut at their limit, and why a talk could not go on: there
is no room for more, or an endpoint does not answer to what was said."""

Terms = Callable[[Talk, Settings], Settings]
"""On what terms the next turn of a talk is spoken; asked anew before every one. Whatever it raises ends the round."""


@dataclass(slots=True)
class _Open:
    """A talk while it goes on."""

    talk: Talk
    messages: Conversation
    reflections: tuple[Reflection, ...] = ()
    told: dict[str, object] = field(default_factory=dict)

    @property
    def visible(self) -> Mapping[str, object]:
        """What anyone could see besides the text."""
        return {**self.talk.visible, **self.told}


def converse(
    talks: Sequence[Talk],
    model: LanguageModel,
    judge: Judge,
    settings: Settings,
    *,
    day: int,
    persona: str,
    source: str = "people",
    max_turns: int = 8,
    progress: Progress = lambda done, total: None,
    terms: Terms = lambda talk, settings: settings,
) -> list[Episode]:
    """Hold all talks in lockstep, each until its person is done or has had `max_turns` replies.

    What is said in a talk depends on the settings' seed and the talk's id, not on the other talks. A talk that grows
    beyond what the model reads, or that an endpoint refuses for what is said in it, ends there, with what was said;
    `visible` says so (TOO_LONG, REFUSED), and which replies were cut at their limit (CUT).

    Args:
        talks: who talks about what.
        model, judge, settings: as for `drive` and `speak`.
        day, persona, source: written into the episodes.
        max_turns: replies of the persona's in one talk, at most.
        progress: told how many talks are over, of how many.
        terms: whether and how each turn may be spoken, asked anew before every one.
    """
    everyone = [_Open(talk, talk.opening) for talk in talks]
    live = list(everyone)
    for _ in range(max_turns):
        live = [one for one in live if _asks(one)]
        progress(len(everyone) - len(live), len(everyone))
        if not live:
            break
        _answer([(one, terms(one.talk, settings)) for one in live], model, judge)
    progress(len(everyone), len(everyone))
    return [Episode(one.talk.id, day, persona, source, one.messages, one.reflections, one.visible) for one in everyone]


def _asks(one: _Open) -> bool:
    """Let the person speak; whether there was something to say."""
    if TOO_LONG in one.told or REFUSED in one.told:
        return False
    said = one.talk.person.next(one.messages)
    if said is None:
        return False
    one.messages = (*one.messages, Message("user", said))
    return True


def _answer(live: Sequence[tuple[_Open, Settings]], model: LanguageModel, judge: Judge) -> None:
    """Let the persona answer everybody, each on their terms."""

    def spoken(some: list[tuple[_Open, Settings]]) -> list[Reply]:
        personas = [
            speak(one.messages, replace(settings, seed=derived_seed(settings.seed, one.talk.id, len(one.messages))))
            for one, settings in some
        ]
        return drive(personas, model, judge)

    for (one, _), reply in zip(live, fitted(list(live), spoken), strict=True):
        if isinstance(reply, NotTaken):
            one.told[TOO_LONG if isinstance(reply, TooLong) else REFUSED] = str(reply)
            continue
        if reply.finish == "length":
            one.told[CUT] = [*cast("list[int]", one.told.get(CUT, [])), len(one.messages)]
        one.messages = (*one.messages, Message("assistant", reply.text))
        one.reflections += reply.reflections
