"""The tiny life, a scripted critic, and signals."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
import torch

from eudaimon.dialogue import Comment, Decision, Passage, Verdict
from eudaimon.night import CriticScore, Said

os.environ.setdefault("HF_HUB_OFFLINE", "1")
torch.set_num_threads(1)


class Scripted:
    """A critic that scores a reply by a function of its text, and remembers what it was asked."""

    def __init__(self, worth: Callable[[str], float]) -> None:
        self.worth = worth
        self.asked: list[Said] = []

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        self.asked.extend(said)
        return [self._score(reply) for _, reply in said]

    def _score(self, reply: str) -> CriticScore:
        worth = self.worth(reply)
        verdict = Verdict.CONTINUE if worth >= 0.5 else Verdict.REVISE if worth >= 0.1 else Verdict.SURRENDER
        comment = Comment("sage", "the lantern flickers", (worth, (1 - worth) / 2, (1 - worth) / 2))
        passage = Passage(reply[len(reply) // 2 :], reply[: len(reply) // 2], "end")
        return CriticScore(
            worth, verdict, (Decision(0, verdict, passage, ("the sage minds",), (comment,), (), "sage"),)
        )


@pytest.fixture(scope="session")
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """`tiny.py`, which lies beside this file."""
    spec = importlib.util.spec_from_file_location("tiny", Path(__file__).with_name("tiny.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
