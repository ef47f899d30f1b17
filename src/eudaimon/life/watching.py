"""A reply as it comes into being, for whoever looks on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Decision, Verdict
from eudaimon.language import LanguageModel
from eudaimon.psyche import Council, Judge, Pause, Persona, Reply, drive, drive_ahead

Watch = Callable[[Decision], None]
"""Told every decision, in order, as soon as it is there."""

Settled = Callable[[str], None]
"""Told what stands of the reply and will not be taken back, as often as that grows."""


@dataclass(frozen=True)
class Watched:
    """`judge`, and `watch` is told what it decides."""

    judge: Judge
    watch: Watch

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        decisions = self.judge.hear(pauses)
        for decision in decisions:
            self.watch(decision)
        return decisions


def answered(persona: Persona, model: LanguageModel, council: Council, watch: Watch, settled: Settled) -> Reply:
    """What a persona says, ahead of its council where both are asked of one model that can answer them at once; an
    endpoint would be paid for words that are taken back."""
    if model is council.model and model.capabilities.together:
        (said,) = drive_ahead(
            [persona], model, council, settled=lambda _, text: settled(text), watch=lambda _, decision: watch(decision)
        )
        return said

    def told(decision: Decision) -> None:
        watch(decision)
        if decision.verdict is Verdict.CONTINUE:
            settled(decision.passage.before + decision.passage.text)

    (said,) = drive([persona], model, Watched(council, told))
    settled(said.text)
    return said
