"""Arms that sleep more than once, on days of their own; and the same day slept on twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments.arms import critics, nights
from eudaimon.experiments.harness.desk import Desk
from eudaimon.experiments.harness.desk import Life as Unit
from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel
from eudaimon.life import Life, Manner
from eudaimon.night import Critic, Settings
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
    assert nights.latest([first, second]) == second["candidate"] != first["candidate"]
    assert nights.latest([first, {"candidate": ""}]) == first["candidate"]
    assert nights.latest([{"candidate": ""}]) == ""


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
