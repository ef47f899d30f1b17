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
from functools import partial

from eudaimon.dialogue import Decision
from eudaimon.language import LanguageModel, together
from eudaimon.psyche.blend import check_blend
from eudaimon.psyche.council import Council
from eudaimon.psyche.driver import Progress
from eudaimon.psyche.flow import Flow
from eudaimon.psyche.persona import Persona
from eudaimon.psyche.reply import Reply
from eudaimon.psyche.turn import Turn

Settled = Callable[[int, str], None]
"""Told of a persona (its index) what stands of its reply and will not be taken back, as often as that grows."""

Watch = Callable[[int, Decision], None]
"""Told of a persona (its index) what was decided."""


class Member(Turn):
    """One persona among others that speak ahead, each before a council of its own.

    Args:
        persona, settled, watch: see `Turn`.
        council: judges what it says.
    """

    def __init__(
        self,
        persona: Persona,
        council: Council,
        settled: Callable[[str], None],
        watch: Callable[[Decision], None] = lambda decision: None,
    ) -> None:
        self.council = council
        super().__init__(persona, settled, watch)


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
    watch: Watch = lambda index, decision: None,
) -> list[Reply]:
    """Let all personas speak to their end, ahead of the council; their replies, in order. See `driver.drive`.

    Words that were taken back unheard count among a reply's drafts and tokens, since they were spoken.

    Args:
        settled: for whoever streams: it is told text only up to the last settled reflection point.
        watch: told every decision, as soon as it is there.

    Raises:
        CapabilityError: an undertone is wished for, and the model cannot blend.
    """
    if model.capabilities.admits and council.model is model:
        return _flow(Flow(model, council, ahead=True), personas, progress, settled, watch)
    everybody = [Member(one, council, partial(settled, i), partial(watch, i)) for i, one in enumerate(personas)]
    done = 0
    while any(one.reply is None for one in everybody):
        speak_round(everybody, model)
        if (now := sum(one.reply is not None for one in everybody)) > done:
            done = now
            progress(done, len(everybody))
    return [one.reply for one in everybody if one.reply is not None]


def _flow(flow: Flow, personas: Sequence[Persona], progress: Progress, settled: Settled, watch: Watch) -> list[Reply]:
    """The same where nobody has to wait for the others' words or decisions."""
    replies = [flow.admit(one, partial(settled, i), partial(watch, i)) for i, one in enumerate(personas)]
    done = 0
    while flow.busy:
        flow.step()
        for reply in replies:
            if reply.done():
                reply.result()  # raises what went wrong
        if (now := sum(reply.done() for reply in replies)) > done:
            done = now
            progress(done, len(replies))
    return [reply.result() for reply in replies]
