"""Arms that sleep more than once, on days of their own; the same day slept on twice; and as much effort awake."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments.arms import critics, nights, rivals
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.harness.desk import Desk
from eudaimon.experiments.harness.desk import Life as Unit
from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel
from eudaimon.life import Life, Manner
from eudaimon.night import Critic, CriticScore, Said, Settings
from eudaimon.values import Standard


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    eager = Settings(dreams=2, branches=2, standard=Standard(0.0, 0.0), labels=8)
    for name, value in (("BY_DAY", 4), ("AT_GATE", 4), ("NIGHTS", eager)):
        monkeypatch.setattr(nights, name, value)
    return Desk(Unit(0, 0, 3, 77), tmp_path / "life", tmp_path, 4)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    found = open_model(tiny_newborn(tmp_path_factory.mktemp("born")))
    assert isinstance(found, LocalModel)
    return found


@pytest.mark.long
def test_every_candidate_lives_the_next_day_whatever_the_gate_says_and_critics_know_that_day(
    desk: Desk, model: LocalModel
) -> None:
    known: list[int] = []

    def judge(life: Life) -> Critic:
        known.append(len(critics.met(life).situations))
        return critics.verdicts_shuffled(life, seed=1)

    desk.once("day", lambda: nights.live_day(desk, model))
    first, second = nights.sleep_on(desk, model, "arm", judge, 2)
    assert known[1] > known[0]
    with Life.open(desk.folder / "arm", model) as life:
        assert {episode.persona for episode in life.store.episodes(1, "village")} == {"newborn"}
        assert {episode.persona for episode in life.store.episodes(2, "village")} == {Path(first["candidate"]).name}
        assert life.store.night(2).persona == Path(first["candidate"]).name  # type: ignore[union-attr]
    assert first["gate"] == second["gate"]
    assert "nobody came to the gate" in first["gate"][0]
    assert nights.latest([first, second]) == second["candidate"] != first["candidate"]
    assert nights.latest([first, {"candidate": ""}]) == first["candidate"]
    assert nights.latest([{"candidate": ""}]) == ""


@pytest.mark.long
def test_a_day_is_slept_on_again_with_another_seed_and_without_a_gate(desk: Desk, model: LocalModel) -> None:
    nights.live_day(desk, model, "day soldier", manner=Manner(pool="soldier"), gated=False)
    slept = {
        arm: nights.sleep_as(desk, model, arm, nights.council, day="day soldier", seed=seed)
        for arm, seed in (("one", None), ("same", None), ("other", 5))
    }
    names = {arm: Path(night["candidate"]).name for arm, night in slept.items()}
    assert names["one"] == names["same"] != names["other"]
    assert slept["one"]["adopted"] == ""
    assert "nobody came to the gate" in slept["one"]["gate"][0]
    with Life.open(desk.folder / "one", model) as life:
        cast = {
            comment.archetype for e in life.store.episodes() for r in e.reflections for comment in r.decision.comments
        }
    assert cast == {"sage", "fool", "guardian", "father", "shadow"}


class Killed(Exception):
    """The process, in the middle of a night."""


class Mortal:
    """A critic that is killed once it has commented on the day."""

    def __init__(self, critic: Critic) -> None:
        self.critic, self.commented = critic, False

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        if self.commented:
            raise Killed
        self.commented = True
        return self.critic.score(said)


def killed_in(number: int, life: Life) -> Critic:
    """The council, killed in night `number`."""
    own = nights.council(life)
    return Mortal(own) if len(life.store.nights()) == number - 1 else own


@pytest.mark.long
def test_a_night_that_was_killed_half_way_counts_all_of_its_work_and_comes_to_the_same(
    desk: Desk, model: LocalModel
) -> None:
    desk.once("day", lambda: nights.live_day(desk, model))
    whole = nights.sleep_on(desk, model, "arm", nights.council, 2)
    (desk.folder / "arm").rename(desk.folder / "whole")
    for kept in [*desk.folder.glob("night*.json"), *desk.folder.glob("day 2*.json")]:
        kept.unlink()
    for number in (1, 2):
        with pytest.raises(Killed):
            nights.sleep_on(desk, model, "arm", partial(killed_in, number), 2)
    assert (desk.folder / "night arm.json").exists()
    assert not (desk.folder / "night 2 arm.json").exists()
    again = nights.sleep_on(desk, model, "arm", nights.council, 2)
    assert [night["flops"] for night in again] == [night["flops"] for night in whole]
    assert [night["candidate"] for night in again] == [night["candidate"] for night in whole]


@pytest.mark.long
def test_training_awake_takes_the_effort_that_it_is_given(desk: Desk, model: LocalModel) -> None:
    nights.live_day(desk, model)
    lore = partial(rivals.good_lore, 80)  # twenty steps: what is met is met to a step
    usual = rivals.train_awake(desk, model, "usual", lore)
    assert (usual["passes"], usual["examples"]) == (2, 80)
    for times in (0.8, 2.7):
        effort = times * usual["flops"]
        spent = rivals.train_awake(desk, model, f"awake {times}", lore, effort)
        assert spent["flops"] == pytest.approx(effort, rel=0.05)
        assert spent["passes"] > 2 * times or times < 1  # what does not grow with them is paid once
    assert (desk.folder / "awake 2.7" / "adapter_model.safetensors").is_file()


def test_the_best_of_several_replies_takes_the_effort_that_it_is_given(desk: Desk, model: LocalModel) -> None:
    field = Field.of(desk, kinds=("claim", "way"))
    alone = nights.tested(desk, model, field, "")["flops"]
    best = rivals.best_of(desk, model, field, 4 * alone)
    assert best["flops"] == pytest.approx(4 * alone, rel=0.05)
    assert best["count"] > 4
