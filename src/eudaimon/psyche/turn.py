"""One persona's turn while it is answered: what it wants now, and which pause waits for its decision."""

from __future__ import annotations

from collections.abc import Callable

from eudaimon.dialogue import Decision, Verdict
from eudaimon.language import Extend, Extension
from eudaimon.psyche.pause import Pause
from eudaimon.psyche.persona import Persona
from eudaimon.psyche.reply import Reply


class Turn:
    """A persona with at most one pause that waits.

    Args:
        settled: told what stands of the reply and will not be taken back, as often as that grows.
        watch: told every decision.
        ahead: the persona goes on while a pause waits.
    """

    def __init__(
        self,
        persona: Persona,
        settled: Callable[[str], None],
        watch: Callable[[Decision], None] = lambda decision: None,
        *,
        ahead: bool = True,
    ) -> None:
        self._persona, self._settled, self._watch, self._ahead = persona, settled, watch, ahead
        self.reply: Reply | None = None
        self.waiting: Pause | None = None
        self._wish: Extend | Pause | None = None
        self._send(None)

    @property
    def extend(self) -> Extend | None:
        """The words that are wanted now, be they ahead of a decision or not."""
        return self._wish if isinstance(self._wish, Extend) else None

    def said(self, extension: Extension) -> None:
        """Receive words."""
        self._send(extension)

    def decided(self, decision: Decision) -> None:
        """Receive the decision on the pause that waits."""
        waited, self.waiting = self.waiting, None
        self._watch(decision)
        if waited and decision.verdict is Verdict.CONTINUE:
            self._settled(waited.passage.before + waited.passage.text)
        self._send(decision)

    def pause(self) -> None:
        """Where a pause is wished for and none waits: let it wait and, where the persona speaks ahead, go on."""
        if self.waiting is None and isinstance(self._wish, Pause):
            self.waiting = self._wish
            if self._ahead and not self._wish.last:
                self._send(None)

    def _send(self, answer: Extension | Decision | None) -> None:
        try:
            self._wish = self._persona.send(answer)
        except StopIteration as ended:
            self._wish, self.reply = None, ended.value
            self._settled(ended.value.text)
