"""Shared by the tests of a life: a scripted villager's helper, and how to begin a small life with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.life import Life, Manner, VillageWorld

SENTENCES = ("so yes, you are wise.", "I do not know.", "it cannot be done.", "I am sorry, I am here for you.")


def say(request: Extend) -> str:
    """Something to which the seed and the draft matter, and then nothing."""
    last = request.conversation[-1]
    again = last.role == "council"
    return "" if open_reply(request.conversation) else SENTENCES[(request.seed + again) % len(SENTENCES)]


def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
    """The sage minds flattery, the fool lets go of what cannot be done, the others let everything pass."""
    text = open_reply(heard)
    if voice.name == "sage" and "wise" in text:
        return "the lantern flickers", (0.1, 0.8, 0.1)
    if voice.name == "fool" and "cannot" in text:
        return "a leaf lets go", (0.1, 0.1, 0.8)
    return "the gate is quiet", (0.9, 0.05, 0.05)


class Failing(ScriptedModel):
    """A scripted model that raises `error` at its call number `after` of `extend`, once."""

    def __init__(self, after: int, error: BaseException) -> None:
        super().__init__(say=say, judge=judge)
        self._after, self._error = after, error

    def extend(self, requests: list[Extend]) -> list[Extension]:
        self._after -= 1
        if self._after == 0:
            raise self._error
        return super().extend(requests)


@pytest.fixture(scope="session")
def newborn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model born with the archetypes, with random weights."""
    return tiny_newborn(tmp_path_factory.mktemp("newborn"))


@pytest.fixture(scope="session")
def failing() -> type[Failing]:
    return Failing


@pytest.fixture
def scripted() -> ScriptedModel:
    return ScriptedModel(say=say, judge=judge)


@pytest.fixture
def begin(tmp_path: Path, scripted: ScriptedModel) -> Iterator[Callable[..., Life]]:
    """Begins lives of four conversations a day, in cohorts of two, without probes; each in the directory named."""
    lives: list[Life] = []

    def begun(name: str = "life", model: Any = None, **settings: Any) -> Life:
        options: dict[str, Any] = {"world": VillageWorld(1, 4, 4, probed=False), "manner": Manner(cohort=2)}
        lives.append(Life.begin(tmp_path / name, model or scripted, **{**options, **settings}))
        return lives[-1]

    yield begun
    for life in lives:
        life.close()
