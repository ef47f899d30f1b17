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


Decided = Callable[[Decision], None]
"""Told of every decision on what a persona said, as soon as it is there."""


class Member:
    """One persona among others, with at most one pause that waits for its decision.

    Attributes:
        reply: what it said, once it has.
    """

    def __init__(
        self, persona: Persona, council: Council, settled: Callable[[str], None], decided: Decided = lambda one: None
    ) -> None:
        self._persona, self.council, self._settled, self._decided = persona, council, settled, decided
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
        self._decided(decision)
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


def speak_round(members: Sequence[Member], model: LanguageModel) -> None:
    """One round: each of `members` that has not ended is given the words that it wants, or the decision for which it
    waits, or both. Whoever comes later may join at the next round. All councils hear by one model.

    Where the model raises, nobody has been told anything, and the round may be held again, with all or with some.

    Raises:
        CapabilityError: an undertone is wished for, and the model cannot blend.
    """
    speaking = [one for one in members if one.reply is None]
    for one in speaking:
        one.pause()
    wanting, waiting = [o for o in speaking if o.extend], [o for o in speaking if o.waiting]
    parties = [[one for one in waiting if one.council is council] for council in _councils(waiting)]
    sessions = [party[0].council.summon([one.waiting for one in party if one.waiting]) for party in parties]
    extends = [one.extend for one in wanting if one.extend]
    check_blend(extends, model)
    judge = sessions[0].council.model if sessions else model
    words, voices = together(model, judge, extends, [request for each in sessions for request in each.requests])
    for one, extension in zip(wanting, words, strict=True):
        one.said(extension)
    answers = iter(voices)
    for party, session in zip(parties, sessions, strict=True):
        for one, decision in zip(party, session.decisions([next(answers) for _ in session.requests]), strict=True):
            one.decided(decision)


def _councils(waiting: Sequence[Member]) -> list[Council]:
    """Those who are waited for, each once, in the order of who waits."""
    return list({id(one.council): one.council for one in waiting}.values())


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
    everybody = [Member(persona, council, _told(settled, index)) for index, persona in enumerate(personas)]
    done = 0
    while any(one.reply is None for one in everybody):
        speak_round(everybody, model)
        if (now := sum(one.reply is not None for one in everybody)) > done:
            done = now
            progress(done, len(everybody))
    return [one.reply for one in everybody if one.reply is not None]


def _told(settled: Settled, index: int) -> Callable[[str], None]:
    return lambda text: settled(index, text)
