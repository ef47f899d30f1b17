"""Everybody who speaks just now with one model, in one thread of its own.

A model's forward passes must neither hold up the event loop nor each other. Where the model admits requests while
others are under way, all replies share one `psyche.Flow`, each at its own pace; elsewhere they share rounds
(`psyche.speak_round`). Who comes meanwhile speaks from the next step on, and who is done, or has nobody left who
waits, leaves.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar, cast

from eudaimon.dialogue import Conversation, Decision, open_reply
from eudaimon.language import LanguageModel, Weighed
from eudaimon.life import Life
from eudaimon.psyche import Council, Flow, Member, Reply, Settings, speak, speak_round
from eudaimon.serving.speaking.event import Decided, Event, Failed, Finished, Settled, Tell
from eudaimon.serving.speaking.wanted import NOTHING, Wanted

if TYPE_CHECKING:
    from eudaimon.language import LocalModel

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Seat:
    """One reply under way. `leave` when nobody waits for it any longer.

    Attributes:
        given: tokens of the prompt; 0 where nobody counted them.
        member: who speaks, where replies share rounds.
        reply: the reply to come, where they share a flow.
    """

    conversation: Conversation
    settings: Settings
    council: Council
    tell: Tell
    loop: asyncio.AbstractEventLoop
    wanted: Wanted
    gone: bool = False
    given: int = 0
    member: Member | None = None
    reply: Future[Reply] | None = None

    def leave(self) -> None:
        """Nobody waits for this reply: what was said so far stands, and no more is."""
        self.gone = True

    def send(self, event: Event) -> None:
        """Tell an event, in the loop of who waits."""
        if not self.gone and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.tell, event)

    def fail(self, error: Exception) -> None:
        """Tell that there will be no more."""
        _log.info("a reply failed", exc_info=error)
        self.send(Failed(error))
        self.gone = True

    def settled(self, text: str) -> None:
        """Tell what stands."""
        self.send(Settled(text))

    def decided(self, decision: Decision) -> None:
        """Tell what was decided."""
        self.send(Decided(decision))


class Company:
    """Speaks with `life`'s model, in a thread of its own."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._inbox: SimpleQueue[Seat | Callable[[], None] | None] = SimpleQueue()
        self._present: list[Seat] = []
        admits = life.model.capabilities.admits
        self._flow = Flow(life.model, life.council, ahead=True) if admits else None
        self._thread = threading.Thread(target=self._work, name="company", daemon=True)
        self._thread.start()

    def speak(
        self, conversation: Conversation, settings: Settings, council: Council, tell: Tell, wanted: Wanted = NOTHING
    ) -> Seat:
        """Begin a reply; `tell` hears of it in the running event loop."""
        one = Seat(conversation, settings, council, tell, asyncio.get_running_loop(), wanted)
        self._inbox.put(one)
        return one

    async def call(self, work: Callable[[], T]) -> T:
        """Do `work` between two rounds, alone with the model."""
        future: Future[T] = Future()

        def do() -> None:
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

        self._inbox.put(do)
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Let nobody else begin; those who speak are dropped. Waits for the round that is held."""
        self._inbox.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while self._receive():
            if self._flow is not None and self._flow.busy:
                self._step()
            if any(one.member for one in self._present):
                self._round()
            self._present = [one for one in self._present if not self._over(one)]

    def _receive(self) -> bool:
        """Let those in who wait, blocking where nobody speaks; False when the company closes."""
        while True:
            try:
                come = self._inbox.get(block=not self._present)
            except Empty:
                return True
            if come is None:
                return False
            if isinstance(come, Seat):
                self._admit(come)
            else:
                come()

    def _admit(self, one: Seat) -> None:
        if one.gone:
            return
        try:
            one.given = _tokens(self._life.model, one.conversation)
            persona = speak(one.conversation, one.settings)
            if self._flow is not None and self._life.voice is self._life.model:
                one.reply = self._flow.admit(persona, one.settled, one.decided, one.council)
            else:
                one.member = Member(persona, one.council, one.settled, one.decided)
        except Exception as error:
            one.fail(error)
        else:
            self._present.append(one)

    def _step(self) -> None:
        """One token for everybody in the flow. Where that fails, nobody can tell whose fault it is."""
        assert self._flow is not None
        try:
            self._flow.step()
        except Exception as error:
            self._flow = Flow(self._life.model, self._life.council, ahead=True)
            for one in self._present:
                if one.reply is not None:
                    one.fail(error)

    def _round(self) -> None:
        """One round for all who share rounds; where it fails, one for each, so that a fault is its own alone."""
        speaking = [one for one in self._present if one.member]
        try:
            self._hold(speaking)
        except Exception:
            for one in speaking:
                try:
                    self._hold([one])
                except Exception as error:
                    one.fail(error)

    def _hold(self, some: list[Seat]) -> None:
        speak_round([one.member for one in some if one.member], self._life.voice)

    def _over(self, one: Seat) -> bool:
        """Whether somebody is done, or gone; who is done is told so."""
        if one.gone:
            if one.reply is not None and self._flow is not None:
                self._flow.leave(one.reply)
            return True
        try:
            reply = one.member.reply if one.member else one.reply.result() if one.reply and one.reply.done() else None
            if reply is not None:
                one.send(Finished(reply, one.given, self._weighed(one, reply.text)))
        except Exception as error:
            one.fail(error)
            return True
        return reply is not None

    def _weighed(self, one: Seat, text: str) -> tuple[Weighed, ...] | None:
        """The tokens of what stands, as the persona would say them outright, whatever was revised on the way."""
        if one.wanted.likely is None:
            return None
        model, given = cast("LocalModel", self._life.model), open_reply(one.conversation)
        return tuple(model.weigh(one.conversation, text[len(given) :], top=one.wanted.likely))


def _tokens(model: LanguageModel, conversation: Conversation) -> int:
    """How many tokens a prompt has, where the model is here; 0 elsewhere."""
    return len(cast("LocalModel", model).template.prompt(conversation).ids) if model.capabilities.gradients else 0
