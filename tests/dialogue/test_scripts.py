"""Where a space belongs between two pieces of text."""

import pytest

from eudaimon.dialogue import unspaced


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("汤姆卖面包，", "所以不行。"),
        ("汤姆卖面包,", "所以不行。"),
        ("トムはパンを売る。", "だから"),
        ("ทอมขายขนมปัง", "ไม่"),
        ("面包", "bread"),
        ("no.", "「いいえ」"),
        ("no", "！"),
    ],
)
def test_none_stands_beside_scripts_without_spaces_and_their_punctuation(before: str, after: str) -> None:
    assert unspaced(before, after)


@pytest.mark.parametrize(
    ("before", "after"), [("bread,", "so"), ("빵은 있고,", "우유는"), ("хлеб,", "так"), ("", "so"), ("bread", "")]
)
def test_one_stands_between_words_of_all_others(before: str, after: str) -> None:
    assert not unspaced(before, after)
