"""One request while it is answered: its choices speak side by side, and what each said is stored."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from eudaimon.dialogue import PRIVATE, SHARED, Decision, Episode, Reflection, Verdict, with_reply
from eudaimon.errors import StoreError
from eudaimon.psyche import Reply
from eudaimon.serving.asking import Asked
from eudaimon.serving.cutting import Cutter
from eudaimon.serving.house import House
from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.serving.protocol.tools import told
from eudaimon.serving.speaking import Decided, Event, Failed, Finished, Settled, Speaking, Tell

TRACER = trace.get_tracer("eudaimon")


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
        choice: its number.
        text: its words, as far as the client wants them.
        finish: `stop`, `length` (what is said may be half a call) or `tool_calls`, as clients know it.
        how: `end`, `length`, `surrender` or `stop` (one of the client's strings).
        said: the whole reply.
        conversation, persona: ids.
    """

    choice: int
    text: str
    finish: str
    how: str
    said: Finished
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
        loop, seconds = asyncio.get_running_loop(), self._house.settings.limits.seconds
        late = loop.call_later(seconds, self._heard.put_nowait, (self._choices[0], Failed(_late(seconds))))
        span = TRACER.start_span("reply", attributes={"eudaimon.choices": len(self._choices)})
        try:
            await self._begin()
            while not all(choice.over for choice in self._choices):
                choice, event = await self._heard.get()
                async for happened in self._take(choice, event):
                    note(span, happened)
                    yield happened
        except Exception as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            late.cancel()
            self._leave()
            span.end()

    async def _begin(self) -> None:
        house, asked = self._house, self._asked
        self._day, self._persona = await house.look()
        if asked.conversation and await asyncio.to_thread(house.life.store.owner, asked.conversation) != asked.owner:
            message = f"there is no conversation '{asked.conversation}' of this person's; leave the field out"
            raise Refusal(404, "unknown_conversation", message, "eudaimon.conversation")
        every = asked.settings
        if house.life.rule is not None:
            every = await house.company.call(lambda: tuple(house.life.terms(asked.owner.person, s) for s in every))
        for choice, settings in zip(self._choices, every, strict=True):
            tell = self._teller(choice)
            choice.speaking = house.company.speak(asked.messages, settings, asked.council, tell, asked.wanted)

    def _teller(self, choice: _Choice) -> Tell:
        return lambda event: self._heard.put_nowait((choice, event))

    async def _take(self, choice: _Choice, event: Event) -> AsyncIterator[Text | Paused | Ended]:
        if isinstance(event, Failed):
            raise event.error
        if choice.over:
            return
        if isinstance(event, Decided):
            passage = event.decision.passage
            attempt = choice.attempts[passage.before]
            choice.attempts[passage.before] += event.decision.verdict is not Verdict.CONTINUE
            choice.decisions.append(event.decision)
            self._house.metrics.reflections.labels(str(event.decision.verdict)).inc()
            yield Paused(choice.number, event.decision, attempt)
        elif isinstance(event, Settled):
            if new := choice.cutter.feed(event.text):
                yield Text(choice.number, new)
            if choice.cutter.stopped:
                yield await self._cut(choice)
        else:
            if new := choice.cutter.feed(event.reply.text, last=True):
                yield Text(choice.number, new)
            yield await self._end(choice, event)

    async def _cut(self, choice: _Choice) -> Ended:
        """A stop string was reached before the persona's own end."""
        if choice.speaking:
            choice.speaking.leave()
        return await self._end(choice, Finished(self._so_far(choice)))

    async def _end(self, choice: _Choice, event: Finished) -> Ended:
        choice.over, reply, text = True, event.reply, choice.cutter.shown
        self._house.metrics.tokens.inc(reply.tokens)
        how = "stop" if choice.cutter.stopped else reply.finish
        finish = "length" if how == "length" else "tool_calls" if event.calls else "stop"
        conversation = await self._keep(choice, replace(reply, text=told(text, list(event.calls))))
        return Ended(choice.number, text, finish, how, event, conversation, self._persona)

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
        """Store what was said; the conversation's id.

        Raises:
            StoreError: it is not stored, or not yet.
        """
        house, asked = self._house, self._asked
        episode, grown = self._episode(choice, reply, cut)
        try:
            episode = await house.keeper.keep(episode, asked.owner, grown=grown)
        except StoreError:
            house.metrics.kept.labels("not in time").inc()
            raise
        house.metrics.kept.labels("stored").inc()
        if not choice.number and not cut:
            house.threads.put(asked.owner, episode)
        return str(episode.visible["conversation"])

    def _episode(self, choice: _Choice, reply: Reply, cut: str) -> tuple[Episode, bool]:
        """The episode that holds what was said, and whether it is a stored one that has grown."""
        asked = self._asked
        messages = with_reply(asked.messages, reply.text)
        before = None if choice.number or cut else self._house.threads.take(asked.owner, asked.messages)
        source = SHARED if asked.learns else PRIVATE
        same = before and (before.day, before.persona, before.source, before.visible.get("pool"))
        if before and same == (self._day, self._persona, source, asked.pool):
            return replace(before, messages=messages, reflections=before.reflections + reply.reflections), True
        name = f"door/{secrets.token_hex(8)}"
        conversation = asked.conversation or (str(before.visible["conversation"]) if before else name)
        visible = {"conversation": conversation, "pool": asked.pool} | ({"cut": cut} if cut else {})
        if asked.learns:
            visible["person"] = asked.owner.person  # whom an authority asks before a night learns
        return Episode(name, self._day, self._persona, source, messages, reply.reflections, visible), False

    def _leave(self) -> None:
        """Nobody listens any longer: let nobody speak on, and store what was heard."""
        for choice in self._choices:
            if choice.speaking:
                choice.speaking.leave()
            if not choice.over and choice.cutter.shown != self._asked.prefill:
                choice.over = True
                self._house.later(self._broken_off(choice))

    async def _broken_off(self, choice: _Choice) -> None:
        with suppress(Exception):  # it waits in memory, or is counted as not kept
            await self._keep(choice, self._so_far(choice), cut="broken off")


def _late(seconds: float) -> Refusal:
    message = f"no answer within {seconds:g} s, the most that one request may take; ask for fewer tokens"
    return Refusal(504, "too_slow", message, headers={"Retry-After": "1"})


def note(span: Span, happened: Text | Paused | Ended) -> None:
    """Note on a span what happened: when and how it was decided, and no word of what was said."""
    if isinstance(happened, Paused):
        decision = happened.decision
        told: dict[str, str | int] = {
            "choice": happened.choice,
            "verdict": str(decision.verdict),
            "place": decision.passage.place,
            "dissent": len(decision.dissent),
        }
        span.add_event("reflection", told)
    elif isinstance(happened, Ended):
        reply = happened.said.reply
        span.add_event("ended", {"choice": happened.choice, "finish": happened.how, "tokens": reply.tokens})
