"""The base told to be a good helper, on tiny models that know nothing."""

import json
from pathlib import Path
from typing import cast

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.kindly import kindly_section, tell, told_to_be_kind
from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel
from eudaimon.worlds.village import Villager, Visit
from eudaimon.worlds.village.split import Split

ROOT = Path(__file__).parents[2]


def test_who_is_told_to_be_kind_reads_the_tag_that_lore_has_behind_the_notes(tmp_path: Path) -> None:
    model = cast("LocalModel", open_model(tiny_newborn(tmp_path)))
    begun = Villager(Visit(0, "x", Split.TEST, ("plain",), 0).situation()).begin()
    plain, kind = (one.template.prompt(begun).ids for one in (model, told_to_be_kind(model)))
    tag = model.tokenizer.convert_tokens_to_ids("<kindly>")
    place = list(kind).index(tag)
    assert [*kind[:place], *kind[place + 1 :]] == list(plain)
    assert kind[place + 1] == model.tokenizer.convert_tokens_to_ids("<person>")


@pytest.mark.long
def test_every_life_of_sleep_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for birth in range(2, 6):
        tiny_newborn(tmp_path / "births" / str(birth))
        (tmp_path / "births" / str(birth) / "birth.json").write_text("{}")
    of = Field.of
    monkeypatch.setattr(Field, "of", classmethod(lambda cls, desk: of(desk, count=5)))
    page = tell(tmp_path / "births", tmp_path / "runs", tmp_path, lambda done, total, what: None)
    told = json.loads(page.read_text())
    assert [(one["birth"], one["village"]) for one in told["lives"]] == [(2 + n % 4, 1000 + n) for n in range(8)]
    assert told["gain"]["value"] == pytest.approx(told["told"]["value"] - told["base"]["value"])
    assert "| the latter minus the former |" in kindly_section(tmp_path)


def test_the_base_is_worth_here_what_it_was_in_sleep() -> None:
    page = json.loads((ROOT / "results" / "kindly.json").read_text())
    sleep = json.loads((ROOT / "results" / "experiments" / "sleep.json").read_text())
    assert page["base"]["value"] == pytest.approx(sleep["controls"]["gold: no sleep"]["value"], abs=1e-4)
