"""A night's signals at several rates, on a tiny model that knows nothing, from the day to the table."""

import json
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.dialogue import Message, Signal, SignalKind
from eudaimon.experiments import rates
from eudaimon.experiments.arms import onenight
from eudaimon.experiments.rates import chosen, rates_section

ASKED = (Message("user", "is it so?"),)


@pytest.mark.long
def test_every_arm_learns_from_the_same_night_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onenight, "LIVES", ((0, 5),))
    monkeypatch.setattr(onenight, "PEOPLE", 6)
    pair = Signal("p", 1, SignalKind.PAIR, "", ASKED, "so it is.", "so no.")
    label = Signal("l", 1, SignalKind.LABEL, "", ASKED, "so yes.")
    monkeypatch.setattr("eudaimon.experiments.arms.nights.draw_as", lambda *args: [pair, label])
    tiny_newborn(tmp_path / "births" / "0")
    (tmp_path / "births" / "0" / "birth.json").write_text("{}")
    assert "Not run yet" in rates_section(tmp_path / "rates.json")
    places = (tmp_path / "births", tmp_path / "runs", tmp_path / "rates.json", lambda done, total, unit: None)
    page = onenight.write_lives(rates.one_life, *places)
    (arms,) = json.loads(page.read_text())["lives"].values()
    assert list(arms) == [onenight.BASE, *rates.ARMS]
    assert all(arms[arm]["kl"] > 0 for arm in rates.ARMS)
    assert len({arms[arm]["kl"] for arm in ("rate 1e-3", "rate 5e-4", "rate 1e-3, pairs alone")}) == 3
    assert "| 0, 5 |" in rates_section(page)
    monkeypatch.setattr(onenight, "_learn", lambda *args: pytest.fail("it was learned already"))
    assert onenight.write_lives(rates.one_life, *places) == page


def test_pairs_are_those_with_a_worse_side() -> None:
    some = [
        Signal("p", 1, SignalKind.PAIR, "", ASKED, "so it is.", "so no."),
        Signal("l", 1, SignalKind.LABEL, "", ASKED, "so yes."),
        Signal("g", 1, SignalKind.LETTING_GO, "", ASKED, "it cannot be.", "so yes."),
    ]
    assert [one.id for one in chosen(some, "all")] == ["p", "l", "g"]
    assert [one.id for one in chosen(some, "pairs")] == ["p", "g"]
    assert [one.id for one in chosen(some, "labels")] == ["l"]
