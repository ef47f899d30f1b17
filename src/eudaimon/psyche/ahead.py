"""Speaking ahead: the persona goes on while the council deliberates on what it has just said.

Each round asks the model once, for the next words of every persona and for the council's word on the words before, in
the same forward passes where the model can. A decision that lets a passage stand costs hardly any time; one that does
not takes back what was said meanwhile, and the persona is where it would be had it waited: the text under a fixed seed
is the same, up to rounding.

It is the speculation of Leviathan et al. 2023 (arXiv:2211.17192) with the council for a verifier: what is guessed is
its word, and the guess is *continue*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eudaimon.dialogue import Decision, Verdict
from eudaimon.language import Extend, Extension, LanguageModel, together
from eudaimon.psyche.council import Council
from eudaimon.psyche.driver import Progress, check_blend
from eudaimon.psyche.pause import Pause
from eudaimon.psyche.persona import Persona
from eudaimon.psyche.reply import Reply

Settled = Callable[[int, str], None]
"""Told of a persona (its index) what stands of its reply and will not be taken back, as often as that grows."""


class _Ahead:
    """One persona, with at most one pause that waits for its decision."""

    def __init__(self, persona: Persona, settled: Callable[[str], None]) -> None:
        self._persona, self._settled = persona, settled
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
        if waited and decision.verdict is Verdict.CONTINUE:
            self._settled(waited.passage.before + waited.passage.text)
        self._send(decision)

    def pause(self) -> None:
        """Where a pause is wished for and none waits: let it wait, and go on."""
        if self.waiting is None and isinstance(self._wish, Pause):
            self.waiting = self._wish
            if not self._wish.last:
                self._send(None)

    def _send(self, answer: Extension | Decision | None) -> None:
        try:
            self._wish = self._persona.send(answer)
        except StopIteration as ended:
            self._wish, self.reply = None, ended.value
            self._settled(ended.value.text)


def drive_ahead(
    personas: Sequence[Persona],
    model: LanguageModel,
    council: Council,
    progress: Progress = lambda done, total: None,
    settled: Settled = lambda index, text: None,
) -> list[Reply]:
    """Let all personas speak to their end, ahead of the council; their replies, in order. See `driver.drive`.

    Words that were taken back unheard count among a reply's drafts and tokens, since they were spoken.

    Args:
        settled: for whoever streams: it is told text only up to the last settled reflection point.

    Raises:
        CapabilityError: an undertone is wished for, and the model cannot blend.
    """
    everybody = [_Ahead(persona, _told(settled, index)) for index, persona in enumerate(personas)]
    done = 0
    while speaking := [one for one in everybody if one.reply is None]:
        for one in speaking:
            one.pause()
        wanting, waiting = [o for o in speaking if o.extend], [o for o in speaking if o.waiting]
        extends = [one.extend for one in wanting if one.extend]
        session = council.summon([one.waiting for one in waiting if one.waiting])
        check_blend(extends, model)
        words, voices = together(model, council.model, extends, session.requests)
        for one, extension in zip(wanting, words, strict=True):
            one.said(extension)
        for one, decision in zip(waiting, session.decisions(voices), strict=True):
            one.decided(decision)
        if (now := sum(one.reply is not None for one in everybody)) > done:
            done = now
            progress(done, len(everybody))
    return [one.reply for one in everybody if one.reply is not None]


def _told(settled: Settled, index: int) -> Callable[[str], None]:
    return lambda text: settled(index, text)
