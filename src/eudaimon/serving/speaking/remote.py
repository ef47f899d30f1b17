"""Everybody who speaks just now by an upstream: one task for each reply, all in the door's event loop.

The persona's words come over a stream that stays open while the council deliberates, so that the upstream goes on
writing meanwhile. The council is asked by concurrent prompts that share all but their last words
(`EndpointModel.branch`), which is what an upstream's prefix cache lives on; it sits in threads, at most `SESSIONS` at a
time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar, cast

from eudaimon.dialogue import Conversation, Decision, Verdict, open_reply
from eudaimon.language import Extend, Extension
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.patience import Patience
from eudaimon.life import Life
from eudaimon.night import taught
from eudaimon.psyche import Council, Pause, Settings, speak
from eudaimon.serving.speaking.acting import Acting
from eudaimon.serving.speaking.event import Decided, Failed, Finished, Settled, Tell
from eudaimon.serving.speaking.line import Line
from eudaimon.serving.speaking.reading import Reading
from eudaimon.serving.speaking.wanted import NOTHING, ToolUse, Wanted

T = TypeVar("T")

SESSIONS = 32
"""Councils that sit at the same time; others wait for one of them to end."""

VOICES = 64
"""Requests of all councils that run at the same time."""

RETRIES, BACKOFF = 2, 0.2
"""Fewer than a life by night has: somebody waits."""


class Remote:
    """Speaks by the endpoint that is `life`'s model."""

    def __init__(self, life: Life) -> None:
        self._life, self._model = life, cast(EndpointModel, life.model)
        self._model.widen(VOICES)
        self._line = Line(self._model.answers)
        self._patience = Patience(self._model.answers.where, RETRIES, BACKOFF, seed=0)
        self._sessions = ThreadPoolExecutor(SESSIONS, thread_name_prefix="council")
        self._tasks: set[asyncio.Task[None]] = set()

    def speak(
        self, conversation: Conversation, settings: Settings, council: Council, tell: Tell, wanted: Wanted = NOTHING
    ) -> Leaving:
        """Begin a reply; see `Speaker`."""
        work = (
            self._act(conversation, settings, council, tell, wanted.tools)
            if wanted.tools and not settings.withheld  # else in words, which are looked at for acts
            else self._reply(conversation, settings, council, tell, wanted)
        )
        return Leaving(self._begin(work))

    async def call(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread."""
        return await asyncio.to_thread(work)

    async def close(self) -> None:
        """Drop those who speak. Councils that sit are not waited for: nobody hears them any longer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sessions.shutdown(wait=False, cancel_futures=True)
        await self._line.close()

    def _lessons(self, settings: Settings) -> str:
        """What nights added, where the persona may speak with it."""
        return "" if settings.sealed else self._life.lessons

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _act(
        self, conversation: Conversation, settings: Settings, council: Council, tell: Tell, use: ToolUse
    ) -> None:
        """Let the upstream answer, and call tools."""
        name, decide = self._model.model_name, partial(self._decide, council)
        if lessons := self._lessons(settings):
            use = replace(use, messages=({"role": "system", "content": lessons}, *use.messages))
        acting = Acting(self._line, self._patience, name, conversation, use, settings, decide, tell)
        try:
            await acting.run()
        except Exception as error:
            tell(Failed(error))

    async def _reply(
        self, conversation: Conversation, settings: Settings, council: Council, tell: Tell, wanted: Wanted
    ) -> None:
        """Let one persona speak to its end."""
        reading = Reading(self._model, self._line, self._patience, wanted.likely)
        try:
            await self._speak(reading, conversation, settings, council, tell)
        except Exception as error:
            tell(Failed(error))
        finally:
            await reading.close()

    async def _speak(
        self, reading: Reading, conversation: Conversation, settings: Settings, council: Council, tell: Tell
    ) -> None:
        persona, lessons, given = speak(conversation, settings), self._lessons(settings), open_reply(conversation)
        # Where nobody judges, and no act may have to be taken out of them, words stand as they come.
        stands = not (settings.reflect or settings.withheld)
        heard = (lambda text: tell(Settled(given + text))) if stands else (lambda text: None)
        answer: Extension | Decision | None = None
        while True:
            try:
                wish = persona.send(answer)
            except StopIteration as ended:
                tell(Finished(ended.value, reading.given, None if reading.weighed is None else tuple(reading.weighed)))
                return
            if isinstance(wish, Extend):
                answer = await reading.read(_after(wish, lessons), heard)
                continue
            answer = await self._decide(council, wish)
            tell(Decided(answer))
            if answer.verdict is Verdict.CONTINUE:
                tell(Settled(wish.passage.before + wish.passage.text))

    async def _decide(self, council: Council, pause: Pause) -> Decision:
        loop = asyncio.get_running_loop()
        (decision,) = await loop.run_in_executor(self._sessions, council.hear, [pause])
        return decision


@dataclass(frozen=True, slots=True)
class Leaving:
    """A reply under way by an upstream."""

    task: asyncio.Task[None]

    def leave(self) -> None:
        """Break it off."""
        self.task.cancel()


def _after(wish: Extend, lessons: str) -> Extend:
    return replace(wish, conversation=taught(wish.conversation, lessons)) if lessons else wish
