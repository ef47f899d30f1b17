"""Probes that need not be asked again: after a night that changed nobody, the same persona answers the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eudaimon.dialogue import Episode
from eudaimon.life.step import Step
from eudaimon.psyche import Talk


def answered_before(before: Sequence[Episode], talks: Sequence[Talk], persona: str, step: Step) -> list[Episode]:
    """The answers of the round `before` as those of this one, where the same persona gave all of them; else none.

    Probes are answered greedily and council comments on them are, too, so that asking again gives the same to the last
    word, as long as nothing else changed: that is for the caller to see to.

    Args:
        before: the last round of probes.
        talks: this round's.
        persona: who answers.
        step: this round.
    """
    names = [talk.id for talk in talks]
    again = [replace(one, id=f"probe-{step.number}/{one.id.partition('/')[2]}", day=step.number) for one in before]
    same = [one.id for one in again] == names and all(one.persona == persona for one in before)
    return again if same else []
