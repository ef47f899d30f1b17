"""Probes after a night that changed nobody: the same answers, without asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon import open_model
from eudaimon.dialogue import Episode
from eudaimon.language.local import LocalModel
from eudaimon.life import Doing, Life, Manner, Step, VillageWorld
from eudaimon.life.probing import answered_before
from eudaimon.night import Settings

Begin = Callable[..., Life]
WORLD = VillageWorld(1, 1, 1)
BRIEF = Manner(max_tokens=12, comment_tokens=4)
IDLE = Settings(dreams=0, branches=2)
"""Nights in which an untaught council finds nothing to learn."""


def answers(life: Life, night: int) -> list[Episode]:
    return [replace(one, id=one.id.partition("/")[2], day=0) for one in life.store.episodes(night, "probe")]


@pytest.fixture
def model(newborn: Path) -> LocalModel:
    model = open_model(newborn)
    assert isinstance(model, LocalModel)
    return model


def test_a_persona_that_no_night_changed_is_not_asked_again_and_answers_the_same(
    begin: Begin, model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = [begin(name, model, world=WORLD, manner=BRIEF, nights=IDLE) for name in ("whole", "pieces")]
    for life in lives:
        list(life.day())
        life.take(Step(Doing.NIGHT, 1))
        assert life.persona().id == "newborn"
    lives[1].close()
    with Life.open(lives[1].directory, model) as anew:  # asks, not knowing what may have changed
        told = [anew.take(Step(Doing.PROBES, 1)).text]
        asked = answers(anew, 1)
        rows = anew.store.fingerprint()
    with monkeypatch.context() as patched:
        patched.setattr(LocalModel, "extend", lambda *_: pytest.fail("it was asked"))
        told.append(lives[0].take(Step(Doing.PROBES, 1)).text)
    assert told[0] == told[1]
    assert answers(lives[0], 1) == asked == answers(lives[0], 0) != []
    assert lives[0].store.fingerprint() == rows
    assert any("the same persona as before" in event.text for event in lives[0].store.events())


def test_another_persona_is_asked(begin: Begin, model: LocalModel) -> None:
    life = begin("life", model, world=WORLD, manner=BRIEF, nights=IDLE)
    list(life.day())
    before, talks = life.store.episodes(0, "probe"), WORLD.probes()
    step = Step(Doing.PROBES, 1)
    named = [replace(talk, id=f"probe-1/{talk.id}") for talk in talks]
    assert [one.id for one in answered_before(before, named, "newborn", step)] == [talk.id for talk in named]
    assert answered_before(before, named, "night-1", step) == []


def test_a_round_after_one_that_lacks_an_answer_is_asked(begin: Begin, model: LocalModel) -> None:
    life = begin("life", model, world=WORLD, manner=BRIEF, nights=IDLE)
    list(life.day())
    life.take(Step(Doing.NIGHT, 1))
    life.store.forget([life.store.episodes(0, "probe")[0].id])
    life.take(Step(Doing.PROBES, 1))
    assert len(answers(life, 1)) == len(WORLD.probes())
    assert not any("the same persona as before" in event.text for event in life.store.events())
