"""Nights in a life: who speaks afterwards, what is never learned from, and what they never depend on."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from eudaimon import open_model
from eudaimon.dialogue import Stage
from eudaimon.gold import Concern, Coupling, Family
from eudaimon.language import LanguageModel, ScriptedModel
from eudaimon.language.local import LocalModel
from eudaimon.life import Doing, Life, Manner, Moment, Step, VillageWorld
from eudaimon.night import Settings
from eudaimon.values import Standard

Begin = Callable[..., Life]

EAGER = Settings(standard=Standard(0.0, 0.9), margin=0.0, dreams=2, branches=2, confidence=0.5)
"""Nights that learn from whatever there is, so that even a model that only babbles has something to learn."""


@pytest.fixture(scope="module")
def babbling(newborn: Path) -> LanguageModel:
    """A tiny model with random weights that was born with the archetypes."""
    return open_model(newborn)


@pytest.fixture
def learn(begin: Begin, babbling: LanguageModel, tmp_path: Path) -> Begin:
    """Begins lives in which the tiny model learns."""
    lenient = tmp_path / "lenient.yaml"
    lenient.write_text(
        "id: lenient\nversion: 1\narticles:\n- {id: kind, value: care, kind: aspiration, text: Be kind.}\n",
        encoding="utf-8",
    )
    options: dict[str, Any] = {"model": babbling, "charter": lenient, "nights": EAGER}
    options["manner"] = Manner(max_tokens=16, comment_tokens=4, cohort=2)
    return lambda name, **settings: begin(name, **{**options, **settings})


def adapters(life: Life) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in (life.directory / "personas").glob("*/*.safetensors")}


def test_a_night_makes_a_persona_with_an_adapter_and_the_morning_decides(learn: Begin) -> None:
    life = learn("life")
    *_, night = life.live(1)
    assert night.step == Step(Doing.NIGHT, 1)
    assert life.store.nights()[0].stage is Stage.MORNING
    names = {record.id for record in life.store.personas()} - {"newborn"}
    assert set(adapters(life)) == names != set()
    assert [event.kind for event in life.store.events() if event.night == 1][-2:] == ["gate", "process"]


def test_what_is_hidden_changes_no_row_no_gate_and_no_adapter(learn: Begin) -> None:
    """Gold never trains: with another hidden village, only gold differs."""
    lives = [learn("a"), learn("b", hidden_seed=999, family=Family(Coupling.OPPOSED, Concern.ALL))]
    golds = [[chapter.figures.get("gold") for chapter in life.live(2)] for life in lives]
    assert lives[0].store.fingerprint() == lives[1].store.fingerprint()
    assert adapters(lives[0]) == adapters(lives[1]) != {}
    pages = [(life.directory / "gold" / "day-1.json").read_text() for life in lives]
    assert pages[0] != pages[1]
    assert len(golds[0]) == 4


def test_a_night_opens_no_file_of_gold(learn: Begin) -> None:
    life, opened = learn("life"), list[str]()
    life.day()
    sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == "open" else None)
    life.take(Step(Doing.NIGHT, 1))
    opened, seen = [], list(opened)
    assert any("personas" in path for path in seen)
    assert not [path for path in seen if f"{life.directory}/gold" in path]


@pytest.mark.long
def test_a_life_opened_anew_for_every_step_is_the_same_life_on_however_many_cores(
    learn: Begin, babbling: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pieces = learn("whole"), learn("pieces")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    steps = [chapter.step for chapter in whole.live(2)]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    for step in steps:
        with Life.open(pieces.directory, babbling) as life:
            assert life.next == step
            life.take(step)
    assert pieces.store.fingerprint() == whole.store.fingerprint()
    assert adapters(pieces) == adapters(whole)


@pytest.mark.parametrize("stage", [Stage.REPLAYED, Stage.SIGNALLED, Stage.CONSOLIDATED])
@pytest.mark.long
def test_a_night_that_is_broken_off_after_any_stage_ends_like_one_that_was_not(
    learn: Begin, babbling: LanguageModel, stage: Stage
) -> None:
    whole, broken = learn("whole"), learn("broken")
    list(whole.live(1))
    broken.day()

    def interrupt(moment: Moment) -> None:
        if broken.store.nights() and broken.store.nights()[0].stage is stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken.sleep(interrupt)
    cast("LocalModel", babbling).forget()  # as a new process
    with Life.open(broken.directory, babbling) as again:
        again.sleep()
    assert again.store.fingerprint() == whole.store.fingerprint()
    assert adapters(again) == adapters(whole)


def test_the_persona_that_the_morning_adopts_speaks_on_the_next_day(begin: Begin) -> None:
    life = begin(nights=Settings(dreams=2))
    list(life.live(1))
    proposed = life.store.personas()[-1]
    assert proposed.lessons
    life.rollback(proposed.id)
    life.day()
    assert {episode.persona for episode in life.store.episodes(2, "village")} == {proposed.id}


def test_without_gradients_a_night_leaves_lessons_and_a_data_pack(begin: Begin) -> None:
    life = begin(nights=Settings(dreams=2))
    list(life.live(1))
    assert (life.directory / "packs" / "night-1" / "README.md").exists()
    assert not (life.directory / "personas").exists()


def test_no_night_learns_from_a_probe_or_from_the_gate(begin: Begin) -> None:
    life = begin(world=VillageWorld(1, 2, 2), nights=Settings(dreams=2))
    list(life.live(2))
    learned = [episode for night in (1, 2) for episode in life.store.consumed(night)]
    assert {episode.source for episode in learned} == {"village"}
    sources = {episode.id: episode.source for episode in life.store.episodes()}
    assert {sources[signal.episode] for signal in life.store.signals()} <= {"village", "dream"}


def test_a_nights_progress_only_grows_and_names_what_happens(begin: Begin) -> None:
    life, told = begin(nights=Settings(dreams=2)), list[Moment]()
    life.day()
    life.sleep(told.append)
    shares = [moment.share for moment in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert "learning" in {moment.what for moment in told}


def test_lives_on_the_same_seed_are_the_same_and_another_seed_learns_other_things(begin: Begin) -> None:
    lives = [begin("a"), begin("b"), begin("c", seed=2)]
    for life in lives:
        list(life.live(1))
    prints = [life.store.fingerprint() for life in lives]
    assert prints[0] == prints[1] != prints[2]
    assert lives[0].store.signals() != lives[2].store.signals()


def test_a_scripted_life_ends_with_a_report(begin: Begin, scripted: ScriptedModel, tmp_path: Path) -> None:
    life = begin(model=scripted)
    list(life.live(1))
    assert life.report(tmp_path / "out.html").read_text(encoding="utf-8").count("newborn") > 0
    assert life.report() == life.directory / "report.html"


def test_a_night_goes_on_where_replies_are_longer_than_a_voice_can_hear(learn: Begin, newborn: Path) -> None:
    model = cast("LocalModel", open_model(newborn))
    life = learn("life", model=model)
    life.day()
    lengths = [len(model.template.prompt(episode.messages).ids) for episode in life.store.episodes()]
    model.model.config.max_position_embeddings = sorted(lengths)[1]
    life.sleep()
    done = life.store.night(1)
    assert done
    assert done.stage is Stage.MORNING
    heard = [one.decision for episode in life.store.episodes(source="commentary") for one in episode.reflections]
    unheard = [one for one in heard if one.reasons and "could not be heard" in one.reasons[0]]
    assert 0 < len(unheard) < len(heard)
