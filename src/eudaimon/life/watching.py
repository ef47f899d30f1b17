"""A reply as it comes into being, for whoever looks on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Decision
from eudaimon.psyche import Judge, Pause

Watch = Callable[[Decision], None]
"""Told every decision, in order, as soon as it is there."""


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
