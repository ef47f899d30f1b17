"""The one driver: answers any number of personas from one model and one judge, in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from eudaimon.dialogue import Decision
from eudaimon.errors import CapabilityError
from eudaimon.language import Blend, Extend, Extension, LanguageModel
from eudaimon.psyche.archetype import Archetypes, speakers
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
    The order of the personas is kept in both, so the same personas make the same calls.

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


def undertone(archetypes: Archetypes, weights: dict[str, float]) -> Blend:
    """An undertone of the archetypes named in `weights`; a role's weight is shared out evenly among its members."""
    shares: dict[str, float] = {}
    for name, weight in weights.items():
        members = archetypes[name].members or (name,)
        for member in members:
            shares[member] = shares.get(member, 0.0) + weight / len(members)
    voices = speakers(archetypes, shares)
    return Blend(tuple(voice.message for voice in voices), tuple(shares[voice.name] for voice in voices))


def check_blend(extends: Iterable[Extend], model: LanguageModel) -> None:
    """Raise a CapabilityError where an undertone is wished for that the model cannot blend."""
    if not model.capabilities.blend and any(extend.blend for extend in extends):
        raise CapabilityError(
            f"the model {model.name} cannot blend an undertone into its speech; "
            "switch the undertone off, or use a local model"
        )
