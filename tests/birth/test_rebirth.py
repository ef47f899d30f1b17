"""The embedded model can be born again: the same recipe comes to the same card, within its stated tolerance."""

import json
import shutil

import pytest
import torch

from eudaimon.birth import village
from eudaimon.birth.train import Schedule
from eudaimon.evals.card import TOLERANCE, apart, measure, totals
from eudaimon.language.backend import NEWBORN, open_model

CARD = json.loads((NEWBORN / "card.json").read_text())


def test_the_card_says_what_a_repeated_birth_is_held_to():
    words = (NEWBORN / "README.md").read_text()
    assert f"within {TOLERANCE:.2f} of each" in words
    assert all(f"{name} {value:.2f}" in words for name, value in totals(CARD).items())


def test_a_card_that_is_too_far_off_is_told_by_name():
    worse = json.loads(json.dumps(CARD))
    for row in worse["judging"]["sage"].values():
        row["error"] = min(1.0, row["error"] + 0.2)
    assert apart(CARD, CARD) == []
    assert [line.split(":")[0] for line in apart(worse, CARD)] == ["sage's error"]


def test_no_archetype_agrees_with_gold_too_well():
    assert max(CARD["agreement"].values()) < 0.95


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_repeated_birth_meets_the_card(tmp_path):
    record = json.loads((NEWBORN / "birth.json").read_text())
    schedule = Schedule(**{**record["schedule"], "compiled": shutil.which("cc") is not None})
    torch.set_num_threads(2)
    village.give_birth(tmp_path, seed=record["seed"], family=record["family"], schedule=schedule)
    again = json.loads((tmp_path / "birth.json").read_text())
    assert again["data_hash"] == record["data_hash"]
    assert apart(measure(open_model(tmp_path), CARD["per_kind"]), CARD) == []
