"""Personas that speak side by side, each at its own pace: who is done does not wait for the others, and whoever comes
in meanwhile speaks from the next step on.

`drive_ahead` runs on it where the model can; a place that many people come to (a server) keeps one flow and admits
whoever comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from eudaimon.dialogue import Decision
from eudaimon.language import Extend, LanguageModel, scheduler
from eudaimon.psyche.blend import check_blend
from eudaimon.psyche.council import Council, Deliberation
from eudaimon.psyche.persona import Persona
from eudaimon.psyche.reply import Reply
from eudaimon.psyche.turn import Turn


class _Speaker:
    """One persona with what was asked for it and is not answered: words, and the council's word."""

    def __init__(self, turn: Turn, council: Council, future: Future[Reply]) -> None:
        self.turn, self.council, self.future = turn, council, future
        self.asked: Extend | None = None
        self.words: Future[Any] | None = None
        self.voices: Future[Any] | None = None
        self.deliberation: Deliberation | None = None


class Flow:
    """Answers personas from one model and its council.

    Args:
        model: whose words they are; `Capabilities.admits`.
        council: judges; on the same model.
        ahead: a persona goes on while the council deliberates on what it has just said.

    One thread drives it, by `step`; `admit` may be called between two steps, and by a reply's callback.

    Raises:
        CapabilityError: the model takes no requests while others are under way.
    """

    def __init__(self, model: LanguageModel, council: Council, *, ahead: bool = False) -> None:
        self._model, self._council, self._ahead = model, council, ahead
        self._scheduler = scheduler(model)
        self._answers: deque[tuple[_Speaker, Callable[[Any], None], Future[Any]]] = deque()
        self._speakers: dict[Future[Reply], _Speaker] = {}

    @property
    def busy(self) -> bool:
        """Whether anybody is still speaking."""
        return bool(self._speakers)

    def admit(
        self,
        persona: Persona,
        settled: Callable[[str], None] = lambda text: None,
        watch: Callable[[Decision], None] = lambda decision: None,
        council: Council | None = None,
    ) -> Future[Reply]:
        """Let a persona speak from the next step on; its reply, to come. See `leave`.

        Args:
            council: judges this one, on the same model; by default the flow's own.
            settled: told what stands of the reply and will not be taken back, as often as that grows.
            watch: told every decision on it.
        """
        future: Future[Reply] = Future()
        turn = Turn(persona, settled, watch, ahead=self._ahead)
        speaker = self._speakers[future] = _Speaker(turn, council or self._council, future)
        self._guarded(speaker, self._go_on)
        return future

    def leave(self, reply: Future[Reply]) -> None:
        """Let whoever says this reply say no more, and take back what was asked for them, between two steps. Nothing
        where nobody here says it."""
        if reply in self._speakers and reply.cancel():
            self._take_back(self._speakers[reply])

    def step(self) -> bool:
        """Say one token for everybody, and hear whose council has decided; whether anybody is still speaking."""
        self._scheduler.step()
        while self._answers:
            speaker, receive, answer = self._answers.popleft()
            taken_back = answer.cancelled() or isinstance(answer.exception(), CancelledError)
            if not (taken_back or speaker.future.done()):
                self._guarded(speaker, lambda speaker, receive=receive, answer=answer: receive(answer.result()))  # type: ignore[misc]
        return self.busy

    def _guarded(self, speaker: _Speaker, work: Callable[[_Speaker], None]) -> None:
        """Whoever waits for this reply is told what went wrong, and nobody else."""
        try:
            work(speaker)
        except Exception as error:
            self._take_back(speaker)
            speaker.future.set_exception(error)

    def _go_on(self, speaker: _Speaker) -> None:
        """Ask for what a persona wants now."""
        turn = speaker.turn
        turn.pause()
        if turn.reply:
            del self._speakers[speaker.future]
            speaker.future.set_result(turn.reply)
            return
        if turn.waiting and speaker.deliberation is None:
            speaker.deliberation = speaker.council.deliberate(turn.waiting)
            self._deliberate(speaker, None)
        if turn.extend and turn.extend != speaker.asked:
            check_blend([turn.extend], self._model)
            speaker.asked, speaker.words = turn.extend, self._scheduler.extend(turn.extend)
            self._await(speaker, speaker.words, partial(self._said, speaker, speaker.words))

    def _said(self, speaker: _Speaker, words: Future[Any], said: Any) -> None:
        if speaker.words is words:  # else a decision took them back when they had been said
            speaker.asked = speaker.words = None
            speaker.turn.said(said)
            self._go_on(speaker)

    def _deliberate(self, speaker: _Speaker, voices: Any) -> None:
        deliberation = speaker.deliberation
        assert deliberation is not None
        try:
            request = deliberation.send(voices)
        except StopIteration as ended:
            speaker.deliberation = None
            speaker.turn.decided(ended.value)
            if speaker.asked != speaker.turn.extend:  # said ahead of a decision that takes it back
                self._withdraw(speaker.words)
                speaker.asked = speaker.words = None
            self._go_on(speaker)
        else:
            speaker.voices = self._scheduler.branch(request)
            self._await(speaker, speaker.voices, lambda heard: self._deliberate(speaker, heard))

    def _take_back(self, speaker: _Speaker) -> None:
        """Nobody waits for what was asked for this speaker."""
        del self._speakers[speaker.future]
        for asked in (speaker.words, speaker.voices):
            self._withdraw(asked)

    def _withdraw(self, asked: Future[Any] | None) -> None:
        if asked is not None:
            self._scheduler.withdraw(asked)

    def _await(self, speaker: _Speaker, future: Future[Any], receive: Callable[[Any], None]) -> None:
        future.add_done_callback(lambda answer: self._answers.append((speaker, receive, answer)))
