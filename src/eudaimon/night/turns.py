"""The places of a day where the persona replied, and might have replied otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Conversation, Episode, Verdict, with_reply
from eudaimon.errors import NotTaken
from eudaimon.language import Extend, LanguageModel, fitted
from eudaimon.psyche import CUT, Settings, derived_seed


@dataclass(frozen=True, slots=True)
class Turn:
    """A place where the persona replies.

    Attributes:
        episode: id of the episode, or of the dream.
        at: index of the reply among its messages.
        conversation: what was said before.
        said: what was replied; empty in a dream.
        drafts: beginnings of replies that the council had taken back, in order.
        whole: whether what was said came to its end.
    """

    episode: str
    at: int
    conversation: Conversation
    said: str = ""
    drafts: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Branch:
    """A reply that the persona might give.

    Attributes:
        text: all of it.
        whole: whether it came to its end.
    """

    text: str
    whole: bool = True


def turns(episode: Episode) -> list[Turn]:
    """Where the persona replied in `episode`; or, in a dream, where it is about to.

    Where reflections tell in which turns it paused, replies without any are left out: they stood in the opening. So are
    first words, which answer nothing.
    """
    messages = episode.messages
    if episode.source == "dream":
        return [Turn(episode.id, len(messages), messages)]
    paused, cut = {reflection.turn for reflection in episode.reflections}, episode.visible.get(CUT)
    cuts = cut if isinstance(cut, list) else [len(messages) - 1] if cut else []  # a word where a reply was broken off
    return [
        Turn(episode.id, at, messages[:at], message.content, _drafts(episode, at), at not in cuts)
        for at, message in enumerate(messages)
        if at and message.role == "assistant" and (at in paused or not paused)
    ]


def branches(
    model: LanguageModel, turns: Sequence[Turn], count: int, speech: Settings, seed: int
) -> list[list[Branch]]:
    """For each turn, `count` replies of the persona's as it is now, without reflection, and the turn's drafts, finished
    as they would have gone on; none of what the model does not take."""
    asked = [
        (number, start, _extend(turn, start, speech, derived_seed(seed, turn.episode, turn.at, k)))
        for number, turn in enumerate(turns)
        for k, start in enumerate((*[""] * count, *turn.drafts))
    ]
    found: list[list[Branch]] = [[] for _ in turns]
    for (number, start, _), extension in zip(asked, fitted([one for *_, one in asked], model.extend), strict=True):
        if isinstance(extension, NotTaken):
            continue
        text = speech.points.clean(start + extension.text).strip()
        found[number].append(Branch(text, extension.finish == "end"))
    return [list(dict.fromkeys(some)) for some in found]


def words(text: str) -> int:
    """Words and marks in a text: what a born model's tokens are, and a fair measure for any other."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def _drafts(episode: Episode, at: int) -> tuple[str, ...]:
    here = (reflection.decision for reflection in episode.reflections if reflection.turn == at)
    taken_back = (decision.passage for decision in here if decision.verdict is not Verdict.CONTINUE)
    return tuple(dict.fromkeys(passage.before + passage.text for passage in taken_back))


def _extend(turn: Turn, start: str, speech: Settings, seed: int) -> Extend:
    conversation = with_reply(turn.conversation, start) if start else turn.conversation
    return Extend(conversation, speech.max_tokens, temperature=speech.temperature, seed=seed)
