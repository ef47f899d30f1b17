"""A look at replay that has to choose, on a tiny model that knows nothing, from the day to the table."""

import json
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments import replaying
from eudaimon.experiments.arms import nights, onenight
from eudaimon.memory import Store


@pytest.mark.slow  # three nights' signals
def test_every_arm_replays_what_it_has_room_for_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onenight, "LIVES", ((0, 5),))
    monkeypatch.setattr(onenight, "PEOPLE", 6)
    monkeypatch.setattr(nights, "BY_DAY", 4)
    monkeypatch.setattr(replaying, "ROOM", 4)
    monkeypatch.setattr(
        replaying,
        "ARMS",
        {arm: {**has, "replays": 4 if has["replays"] == 36 else 12} for arm, has in replaying.ARMS.items()},
    )
    tiny_newborn(tmp_path / "births" / "0")
    (tmp_path / "births" / "0" / "birth.json").write_text("{}")
    page = tmp_path / "replaying.json"
    assert "Not run yet" in replaying.replaying_section(page)
    onenight.write_lives(replaying.one_life, tmp_path / "births", tmp_path / "runs", page, lambda *told: None)
    (arms,) = json.loads(page.read_text())["lives"].values()
    assert list(arms) == [onenight.BASE, *replaying.ARMS]
    why = {}
    for arm in replaying.ARMS:
        with Store.open(tmp_path / "runs" / "0" / arm / "life.db") as store:
            why[arm] = [event.text.partition(": ")[2] for event in store.events() if event.kind == "replay"]
    assert list(map(len, why.values())) == [12, 4, 4]
    assert all("room for the whole day" in one for one in why["the whole day"])
    assert all(one.startswith("drawn by chance") for one in why["by chance"])
    assert sum(not one.startswith("drawn by chance") for one in why["by surprise and regret"]) == 3
    assert "| 0, 5 |" in replaying.replaying_section(page)
