"""The opinion map is drawn for any conversation, in both formats, the same each time."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from planted import planted

from eudaimon.errors import InputError
from eudaimon.governance.voices import Opinions, Statement, draw_map, find_groups, tally


def test_the_map_shows_every_participant_and_the_statements_words(tmp_path: Path) -> None:
    opinions, _ = planted((20, 15))
    found = find_groups(opinions)
    path = draw_map(opinions, found, tally(opinions, found.labels), tmp_path / "a.svg")
    ElementTree.parse(path)
    text = path.read_text(encoding="utf-8")
    assert "statement 1" in text
    assert text.count("<use ") >= len(opinions.participants)


def test_a_conversation_of_one_group_or_none_and_odd_text_is_drawn(tmp_path: Path) -> None:
    votes = np.ones((3, 2))
    opinions = Opinions(("a", "b", "c"), (Statement("0", "costs $5 and $6_x"), Statement("1")), votes)
    found = find_groups(opinions)
    assert draw_map(opinions, found, tally(opinions, found.labels), tmp_path / "b.png").stat().st_size > 1000
    empty = opinions.only(voters=[])
    nobody = find_groups(empty)
    draw_map(empty, nobody, tally(empty, nobody.labels), tmp_path / "c.png")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    opinions, _ = planted((8, 7), statements=6)
    found = find_groups(opinions)
    with pytest.raises(InputError, match=r"\.svg or \.png"):
        draw_map(opinions, found, tally(opinions, found.labels), tmp_path / "map.jpeg")
