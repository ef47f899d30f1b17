"""Recipes of lore, on tiny models that hardly learned anything: births, lives and the table."""

import json
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments import recipes
from eudaimon.experiments.recipes import live_by, main, recipes_section


@pytest.mark.slow
def test_every_arm_of_a_cell_is_lived_once_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "PEOPLE", 5)
    monkeypatch.setattr(recipes, "PER_KIND", 2)
    for name in ("BY_DAY", "AT_GATE"):
        monkeypatch.setattr(f"eudaimon.experiments.arms.nights.{name}", 8)
    tiny_newborn(tmp_path / "births" / "0")
    (tmp_path / "births" / "0" / "birth.json").write_text("{}")
    assert "Not lived yet: usual, errors apart" in recipes_section(tmp_path)
    places = (tmp_path / "births", tmp_path / "runs", tmp_path)
    page = live_by("usual", *places, lambda done, total, unit: None)
    figures = json.loads(page.read_text())
    assert set(figures["gold"]) == set(figures["parsed"]) == set(recipes.ARMS)
    assert all(0 <= figures["gold"][arm] <= 1 for arm in recipes.ARMS)
    section = recipes_section(tmp_path)
    assert section.count("| usual |") == 2
    assert "Not lived yet: errors apart, errors together, few bad helpers, most helpers bad" in section
    monkeypatch.setattr("eudaimon.experiments.arms.nights.live_day", lambda *a, **k: pytest.fail("lived already"))
    assert live_by("usual", *places, lambda done, total, unit: None).read_text() == page.read_text()


@pytest.mark.slow
def test_another_recipe_is_born_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PEOPLE": 14, "PER_KIND": 2, "TOKENS": 40_000}.items():
        monkeypatch.setattr(recipes, name, value)
    live_by("errors together", tmp_path, tmp_path / "runs", tmp_path, lambda done, total, unit: None)
    record = json.loads((tmp_path / "runs" / "errors together" / "births" / "0" / "birth.json").read_text())
    assert (record["recipe"]["correlation"], record["recipe"]["bad"]) == (0.9, 0.5)


def test_a_cell_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["errors elsewhere"])
    assert "there is no cell 'errors elsewhere'; there are: usual" in capsys.readouterr().err
