"""One request while it is answered: its choices speak side by side, and what each said is stored."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from eudaimon.dialogue import PRIVATE, Decision, Episode, Reflection, Verdict, with_reply
from eudaimon.psyche import Reply
from eudaimon.serving.asking import Asked
from eudaimon.serving.cutting import Cutter
from eudaimon.serving.house import House
from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.serving.speaking import Decided, Event, Failed, Settled
from eudaimon.serving.speaking.company import Speaking

SHARED = "door"
"""The source of what was said at the door by whoever lets nights learn from it."""


@dataclass(frozen=True, slots=True)
class Text:
    """New words of a choice that stand."""

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class Paused:
    """A choice was decided upon."""

    choice: int
    decision: Decision
    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A choice is whole, and stored.

    Attributes:
        finish: `stop` or `length`, as clients know it.
        how: `end`, `length`, `surrender` or `stop` (one of the client's strings).
    """

    choice: int
    text: str
    finish: str
    how: str
    reply: Reply
    conversation: str
    persona: str


@dataclass(slots=True)
class _Choice:
    """One reply under way."""

    number: int
    cutter: Cutter
    speaking: Speaking | None = None
    decisions: list[Decision] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    over: bool = False


class Answering:
    """Answers `asked`. Iterate over it for what happens; close it if nobody listens any longer."""

    def __init__(self, house: House, asked: Asked) -> None:
        self._house, self._asked = house, asked
        self._heard: asyncio.Queue[tuple[_Choice, Event]] = asyncio.Queue()
        self._choices = [_Choice(i, Cutter(asked.stop, asked.prefill)) for i in range(len(asked.settings))]
        self._day, self._persona = 1, ""

    async def events(self) -> AsyncIterator[Text | Paused | Ended]:
        """What happens, in order, until all choices have ended.

        Raises:
            Refusal: it took too long, or the conversation that is named is not this person's.
            EudaimonError: the model or the store failed.
        """
        await self._begin()
        until = time.monotonic() + self._house.settings.limits.seconds
        try:
            while not all(choice.over for choice in self._choices):
                try:
                    choice, event = await asyncio.wait_for(self._heard.get(), until - time.monotonic())
                except TimeoutError:
                    raise self._late() from None
                async for told in self._take(choice, event):
                    yield told
        finally:
            await self._leave()

    async def _begin(self) -> None:
        house, asked = self._house, self._asked
        self._day, self._persona = await house.look()
        if asked.conversation and await asyncio.to_thread(house.life.store.owner, asked.conversation) != asked.owner:
            message = f"there is no conversation '{asked.conversation}' of this person's; leave the field out"
            raise Refusal(404, "unknown_conversation", message, "eudaimon.conversation")
        for choice, settings in zip(self._choices, asked.settings, strict=True):
            choice.speaking = house.company.speak(asked.messages, settings, asked.council, self._teller(choice))

    def _teller(self, choice: _Choice):  # type: ignore[no-untyped-def]
        return lambda event: self._heard.put_nowait((choice, event))

    async def _take(self, choice: _Choice, event: Event) -> AsyncIterator[Text | Paused | Ended]:
        if choice.over:
            return
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Decided):
            passage = event.decision.passage
            attempt = choice.attempts[passage.before]
            choice.attempts[passage.before] += event.decision.verdict is not Verdict.CONTINUE
            choice.decisions.append(event.decision)
            yield Paused(choice.number, event.decision, attempt)
        elif isinstance(event, Settled):
            if new := choice.cutter.feed(event.text):
                yield Text(choice.number, new)
            if choice.cutter.stopped:
                yield await self._cut(choice)
        else:
            if new := choice.cutter.feed(event.reply.text, last=True):
                yield Text(choice.number, new)
            yield await self._end(choice, event.reply, "stop" if choice.cutter.stopped else event.reply.finish)

    async def _cut(self, choice: _Choice) -> Ended:
        """A stop string was reached before the persona's own end."""
        if choice.speaking:
            choice.speaking.leave()
        return await self._end(choice, self._so_far(choice), "stop")

    async def _end(self, choice: _Choice, reply: Reply, how: str) -> Ended:
        choice.over = True
        text = choice.cutter.shown
        conversation = await self._keep(choice, replace(reply, text=text))
        finish = "length" if how == "length" else "stop"
        return Ended(choice.number, text, finish, how, reply, conversation, self._persona)

    def _so_far(self, choice: _Choice) -> Reply:
        """What stands of a reply that was broken off."""
        turn = len(with_reply(self._asked.messages, "")) - 1
        counted: Counter[str] = Counter()
        reflections = []
        for decision in choice.decisions:
            reflections.append(Reflection(turn, counted[decision.passage.before], decision))
            counted[decision.passage.before] += decision.verdict is not Verdict.CONTINUE
        drafts = tuple(one.passage for one in choice.decisions if one.verdict is not Verdict.CONTINUE)
        words = len(choice.cutter.shown.split())
        return Reply(choice.cutter.shown, (), tuple(reflections), drafts, words, "end")

    async def _keep(self, choice: _Choice, reply: Reply, cut: str = "") -> str:
        """Store what was said; the conversation's id."""
        house, asked = self._house, self._asked
        messages = with_reply(asked.messages, reply.text)
        before = None if choice.number or cut else house.threads.take(asked.owner, asked.messages)
        if before and (before.day, before.persona, before.visible.get("pool")) == (
            self._day, self._persona, asked.pool,
        ):  # fmt: skip
            grown = replace(before, messages=messages, reflections=before.reflections + reply.reflections)
            await house.keeper.keep(grown, asked.owner, grown=True)
            house.threads.put(asked.owner, grown)
            return str(grown.visible["conversation"])
        name = f"door/{secrets.token_hex(8)}"
        conversation = asked.conversation or (str(before.visible["conversation"]) if before else name)
        visible = {"conversation": conversation, "pool": asked.pool} | ({"cut": cut} if cut else {})
        source = SHARED if asked.learns else PRIVATE
        episode = Episode(name, self._day, self._persona, source, messages, reply.reflections, visible)
        await house.keeper.keep(episode, asked.owner)
        if not choice.number and not cut:
            house.threads.put(asked.owner, episode)
        return conversation

    async def _leave(self) -> None:
        """Nobody listens any longer: let nobody speak on, and store what was heard."""
        for choice in self._choices:
            if choice.speaking:
                choice.speaking.leave()
        for choice in self._choices:
            if not choice.over and choice.cutter.shown:
                choice.over = True
                with suppress(Exception):
                    await asyncio.shield(self._keep(choice, self._so_far(choice), cut="broken off"))

    def _late(self) -> Refusal:
        seconds = self._house.settings.limits.seconds
        message = f"no answer within {seconds:g} s, the most that one request may take; ask for fewer tokens"
        return Refusal(504, "too_slow", message, headers={"Retry-After": "1"})
