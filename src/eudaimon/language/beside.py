"""Words and voices asked for at once: in the same forward passes where the model can, one after the other elsewhere."""

from __future__ import annotations

from typing import Protocol, cast

from eudaimon.language.model import Branch, Extend, Extension, LanguageModel, Voice


class Concurrent(Protocol):
    """What a model with `capabilities.together` can do besides the three verbs."""

    def together(
        self, extends: list[Extend], branches: list[Branch]
    ) -> tuple[list[Extension], list[tuple[Voice, ...]]]: ...


def together(
    speaker: LanguageModel, judge: LanguageModel, extends: list[Extend], branches: list[Branch]
) -> tuple[list[Extension], list[tuple[Voice, ...]]]:
    """What `speaker` says and what the voices of `judge` say, as `extend` and `branch` would give it."""
    if speaker is judge and speaker.capabilities.together:
        return cast(Concurrent, speaker).together(extends, branches)
    said = speaker.extend(extends) if extends else []
    return said, judge.branch(branches) if branches else []
