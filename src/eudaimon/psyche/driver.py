"""The one driver: answers any number of personas from one model and one judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eudaimon.dialogue import Decision
from eudaimon.language import Extend, Extension, LanguageModel
from eudaimon.psyche.blend import check_blend
from eudaimon.psyche.pause import Judge, Pause
from eudaimon.psyche.persona import Persona
from eudaimon.psyche.reply import Reply

Progress = Callable[[int, int], None]
"""Told, whenever it changes, how many replies are finished and of how many."""


def drive(
    personas: Sequence[Persona], model: LanguageModel, judge: Judge, progress: Progress = lambda done, total: None
) -> list[Reply]:
    """Let all personas speak to their end; their replies, in order.

    In every round all who pause are heard in one `judge.hear`, then all who want words get them in one `model.extend`.
    The order of the personas is kept in both, so the same personas make the same calls. Rounds are what a small model
    on a CPU speaks fastest in; `flow.Flow` is for personas that come at different times.

    Raises:
        CapabilityError: an undertone is wished for, and the model cannot blend.
    """
    wishes: dict[int, Extend | Pause] = {}
    replies: dict[int, Reply] = {}

    def answer(index: int, said: Extension | Decision | None) -> None:
        try:
            wishes[index] = personas[index].send(said)
        except StopIteration as ended:
            wishes.pop(index, None)
            replies[index] = ended.value
            progress(len(replies), len(personas))

    for index in range(len(personas)):
        answer(index, None)
    while wishes:
        pauses = {index: wish for index, wish in wishes.items() if isinstance(wish, Pause)}
        if pauses:
            for index, decision in zip(pauses, judge.hear(list(pauses.values())), strict=True):
                answer(index, decision)
        extends = {index: wish for index, wish in wishes.items() if isinstance(wish, Extend)}
        if extends:
            check_blend(extends.values(), model)
            for index, extension in zip(extends, model.extend(list(extends.values())), strict=True):
                answer(index, extension)
    return [replies[index] for index in range(len(personas))]
