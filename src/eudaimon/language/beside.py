"""Words and voices asked for at once, or at any time: in the same forward passes where the model can."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol, cast

from eudaimon.errors import CapabilityError
from eudaimon.language.model import Branch, Extend, Extension, LanguageModel, Voice


class Concurrent(Protocol):
    """What a model with `capabilities.together` can do besides the three verbs."""

    def together(
        self, extends: list[Extend], branches: list[Branch]
    ) -> tuple[list[Extension], list[tuple[Voice, ...]]]: ...


class Answering(Protocol):
    """Answers words and voices that are asked for at any time, by one thread that steps; see `admission.Scheduler`."""

    def extend(self, request: Extend) -> Future[Extension]: ...

    def branch(self, request: Branch) -> Future[tuple[Voice, ...]]: ...

    def withdraw(self, future: Future[Any]) -> None: ...

    def step(self) -> bool: ...


class Admitting(Protocol):
    """What a model with `capabilities.admits` can do besides the three verbs."""

    def scheduler(self) -> Answering: ...


def scheduler(model: LanguageModel) -> Answering:
    """Answers requests to `model` that come in while others are under way.

    Raises:
        CapabilityError: it cannot.
    """
    if not model.capabilities.admits:
        raise CapabilityError(
            f"the model {model.name} takes no requests while others are under way; "
            "ask it by batches, or use a local model"
        )
    return cast(Admitting, model).scheduler()


def together(
    speaker: LanguageModel, judge: LanguageModel, extends: list[Extend], branches: list[Branch]
) -> tuple[list[Extension], list[tuple[Voice, ...]]]:
    """What `speaker` says and what the voices of `judge` say, as `extend` and `branch` would give it."""
    if speaker is judge and speaker.capabilities.together:
        return cast(Concurrent, speaker).together(extends, branches)
    said = speaker.extend(extends) if extends else []
    return said, judge.branch(branches) if branches else []
