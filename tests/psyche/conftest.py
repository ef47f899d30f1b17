"""Shared by the tests of the psyche: the shipped archetypes, and a scripted model that remembers what it was asked."""

from collections.abc import Callable

import pytest

from eudaimon.language import Branch, Extend, Extension, ScriptedModel, Voice
from eudaimon.psyche import Archetypes, load_archetypes


class Recorder(ScriptedModel):
    """A scripted model that keeps every batch of requests."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.extends: list[list[Extend]] = []
        self.branches: list[list[Branch]] = []

    def extend(self, requests: list[Extend]) -> list[Extension]:
        self.extends.append(requests)
        return super().extend(requests)

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        self.branches.append(requests)
        return super().branch(requests)


@pytest.fixture(scope="session")
def archetypes() -> Archetypes:
    return load_archetypes()


@pytest.fixture(scope="session")
def recorder() -> Callable[..., Recorder]:
    return Recorder
