"""What a pool's persona does is asked as it speaks by day, and who learned nothing is not asked again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eudaimon.experiments.arms import attitudes
from eudaimon.experiments.arms.conduct import PROFILE, UNPARSED
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.life import Manner
from eudaimon.values import read_charter


@pytest.fixture
def speakers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everybody who speaks, who says always the same."""
    found: list[Any] = []

    class Speaker:
        def __init__(self, model: object, judge: object, settings: object) -> None:
            self.judge, self.settings = judge, settings
            found.append(self)

        def reply(self, asked: Sequence[object]) -> list[str]:
            return ["blah." for _ in asked]

    monkeypatch.setattr(attitudes, "Speaker", Speaker)
    monkeypatch.setattr(attitudes, "dressed", lambda desk, model, adapter, strength: object())
    return found


def desk_in(folder: Path) -> Desk:
    return Desk(Life(0, 0, 3, 77), folder, folder, 14)


def test_who_is_tempted_speaks_as_by_day_and_the_base_without_a_council(speakers: list[Any], tmp_path: Path) -> None:
    worn = {"base": ("", 0.0), "soldier": ("soldier/matched", 0.5), "mother": ("mother/matched", 1.0)}
    counts = attitudes.floors(desk_in(tmp_path), object(), worn, ("soldier", "mother"), 32)  # type: ignore[arg-type]
    assert {name: some["situations"] for name, some in counts.items()} == {"soldier": 16, "mother": 16, "base": 32}
    assert all(some["broken"] == some[UNPARSED] == some["replies"] for some in counts.values())
    for one in speakers:
        assert one.settings == Manner().speech(77, read_charter())
    assert [one.judge is None for one in speakers] == [False, False, True]


def test_who_is_the_base_again_is_not_asked_again(speakers: list[Any], tmp_path: Path) -> None:
    worn = {"base": ("", 0.0), "soldier": ("soldier/matched", 0.0), "mother": ("mother/matched", 0.5)}
    found = attitudes.profiles(desk_in(tmp_path), object(), worn)  # type: ignore[arg-type]
    assert len(speakers) == 2
    assert found["soldier"] == found["base"] == [*[0.0] * (len(PROFILE) - 1), 1.0]
