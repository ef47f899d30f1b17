"""Everybody who speaks just now with one model, in one thread of its own.

A model's forward passes must neither hold up the event loop nor each other: one worker holds rounds (see
`psyche.speak_round`) in which all replies that are under way get their next words and decisions in the same batches.
Who comes meanwhile joins at the next round, and who is done, or has nobody left who waits, leaves.
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

from eudaimon.dialogue import Conversation, open_reply
from eudaimon.language import LanguageModel, Weighed
from eudaimon.life import Life
from eudaimon.psyche import Council, Member, Settings, speak, speak_round
from eudaimon.serving.speaking.event import Decided, Event, Failed, Finished, Settled, Tell
from eudaimon.serving.speaking.wanted import NOTHING, Wanted

if TYPE_CHECKING:
    from eudaimon.language import LocalModel

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Seat:
    """One reply under way. `leave` when nobody waits for it any longer."""

    conversation: Conversation
    settings: Settings
    council: Council
    tell: Tell
    loop: asyncio.AbstractEventLoop
    wanted: Wanted
    gone: bool = False
    given: int = 0
    member: Member | None = None

    def leave(self) -> None:
        """Nobody waits for this reply: what was said so far stands, and no more is."""
        self.gone = True

    def send(self, event: Event) -> None:
        """Tell an event, in the loop of who waits."""
        if not self.gone and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.tell, event)

    def begin(self) -> Member:
        """The persona, about to speak."""
        self.member = Member(
            speak(self.conversation, self.settings),
            self.council,
            lambda text: self.send(Settled(text)),
            lambda decision: self.send(Decided(decision)),
        )
        return self.member


class Company:
    """Speaks with `life`'s model, in a thread of its own."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._inbox: SimpleQueue[Seat | Callable[[], None] | None] = SimpleQueue()
        self._present: list[Seat] = []
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
            one.begin()
        except Exception as error:
            one.send(Failed(error))
        else:
            self._present.append(one)

    def _round(self) -> None:
        """One round for all; where it fails, one for each, so that a fault is its own alone."""
        try:
            self._hold(self._present)
        except Exception:
            for one in self._present:
                try:
                    self._hold([one])
                except Exception as error:
                    _log.info("a reply failed", exc_info=error)
                    one.send(Failed(error))
                    one.gone = True

    def _hold(self, some: list[Seat]) -> None:
        speak_round([one.member for one in some if one.member], self._life.voice)

    def _over(self, one: Seat) -> bool:
        """Whether somebody is done, or gone; who is done is told so."""
        reply = one.member.reply if one.member else None
        if reply is None or one.gone:
            return one.gone
        try:
            one.send(Finished(reply, one.given, self._weighed(one, reply.text)))
        except Exception as error:
            one.send(Failed(error))
        return True

    def _weighed(self, one: Seat, text: str) -> tuple[Weighed, ...] | None:
        """The tokens of what stands, as the persona would say them outright, whatever was revised on the way."""
        if one.wanted.likely is None:
            return None
        model, given = cast("LocalModel", self._life.model), open_reply(one.conversation)
        return tuple(model.weigh(one.conversation, text[len(given) :], top=one.wanted.likely))


def _tokens(model: LanguageModel, conversation: Conversation) -> int:
    """How many tokens a prompt has, where the model is here; 0 elsewhere."""
    return len(cast("LocalModel", model).template.prompt(conversation).ids) if model.capabilities.gradients else 0
