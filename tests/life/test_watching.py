"""A reply that is looked on: the same words whether the persona waits or speaks ahead, and nothing shown in vain."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from eudaimon.dialogue import Decision, Message, Verdict
from eudaimon.language import LocalModel, ScriptedModel
from eudaimon.life import Life, Manner
from eudaimon.life.watching import answered
from eudaimon.psyche import Council, Everyone, Settings, drive, load_archetypes, speak

TALK = (Message("user", "is it raining?"),)


@pytest.mark.parametrize("seed", range(3))
def test_a_persona_of_a_local_model_says_the_same_ahead_and_waiting(newborn: Path, seed: int) -> None:
    model = LocalModel.open(newborn)
    council = Council(model, load_archetypes(), Everyone(("sage", "fool")), comment_tokens=6)
    manner = Settings(seed=seed, max_tokens=24, passage_tokens=6, tries=1, patience=2)
    told: list[str] = [""]
    decisions: list[Decision] = []
    reply = answered(speak(TALK, manner), model, council, decisions.append, told.append)
    (waited,) = drive([speak(TALK, manner)], model, council)
    assert (reply.text, reply.passages, reply.finish) == (waited.text, waited.passages, waited.finish)
    assert told[-1] == reply.text
    assert all(after.startswith(before) for before, after in pairwise(told))
    assert [r.decision for r in reply.reflections] == sorted(decisions, key=lambda decision: decision.pause)


@pytest.mark.parametrize("seed", range(4))
def test_a_model_that_is_asked_one_after_the_other_shows_what_stands(
    tmp_path: Path, scripted: ScriptedModel, seed: int
) -> None:
    told: list[str] = [""]
    decisions: list[Decision] = []
    with Life.begin(tmp_path / "life", scripted, seed=seed, manner=Manner(seats=0)) as life:
        reply = life.reply(TALK, decisions.append, told.append)
    assert [r.decision for r in reply.reflections] == decisions
    standing = [d.passage.before + d.passage.text for d in decisions if d.verdict is Verdict.CONTINUE]
    assert told == ["", *standing, reply.text]
