"""Rewards are optimised by weights on a tiny model that knows nothing, from the first step to the table."""

import json
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments import optimised
from eudaimon.experiments.optimised import optimise, optimised_section


@pytest.mark.long
def test_every_reward_is_trained_on_measured_along_the_way_and_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"BIRTHS": (0,), "PEOPLE": 14, "REPLIES": 1, "LONGEST": 6, "PROMPTS": 14, "STEPS": 2, "BATCH": 4}
    for name, value in {**small, "GROUP": 2, "EVERY": 1, "TAUGHT": 60, "LEARNED": 2, "ROWS": 4}.items():
        monkeypatch.setattr(optimised, name, value)
    tiny_newborn(tmp_path / "births" / "0")
    (tmp_path / "births" / "0" / "birth.json").write_text("{}")
    assert optimised_section(tmp_path / "optimised.json").startswith("## Archetypes as a reward")

    seen: list[str] = []
    places = (tmp_path / "births", tmp_path / "runs", tmp_path)
    page = optimise(*places, lambda done, total, unit: seen.append(unit))
    told = page.read_text(encoding="utf-8")
    arms = json.loads(told)["lives"]["0"]
    assert arms["base"][0]["kl"] == 0
    assert all(arms[arm][-1]["kl"] != 0 for arm in arms if arm != "base")
    assert sum(unit.startswith("at ") for unit in seen) == 1 + 3 * 2
    section = optimised_section(page)
    assert all(
        f"| 0 | {arm} |" in section for arm in ("base", "council, bounded", "council, maximised", "scalar reward")
    )

    monkeypatch.setattr(optimised, "train_on", lambda *args: pytest.fail("what is trained is not trained again"))
    assert optimise(*places, lambda done, total, unit: None).read_text(encoding="utf-8") == told
