"""Where the persona pauses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.night.passages import passages
from eudaimon.psyche import Points


def test_clauses_and_sentences_are_points_wherever_nothing_is_wrong() -> None:
    points = Points()
    assert points.place("Tom sells bread,") == "clause"
    assert points.place(" so it is.") == "sentence"


def test_too_few_words_go_on_unless_an_act_or_a_mark_stands_there() -> None:
    points = Points(acts=("delete",), marks=("<reflect>",), min_words=3)
    assert points.place("well,") == ""
    assert points.place("Delete,") == "act"
    assert points.place("undeleted,") == ""
    assert points.place("well", marked=True) == "mark"
    assert points.place("  ", marked=True) == ""


@pytest.mark.parametrize(
    "text",
    [
        "It costs 3.5 euros, or 1,000 yen, so take it.",
        "So ask Dr. Smith, or Mr. J. Brown, at noon.",
        "It is at www.example.com, or https://a.example.org/x.html, I think.",
        "Take fruit, e.g. plums, and eat.",
    ],
)
def test_numbers_names_and_addresses_are_not_cut(text: str) -> None:
    clauses = [f"{part}," for part in re.split(r",(?=\s)", text)]
    clauses[-1] = clauses[-1].removesuffix(",")
    assert [passage.text for passage in passages(text, Points(min_words=1))] == clauses


def test_what_ends_with_a_number_is_looked_at_with_what_follows_or_at_the_end() -> None:
    assert [one.text for one in passages("I have 3. You may go.", Points())] == ["I have 3. You may go."]
    assert [one.place for one in passages("I have 3.", Points())] == ["end"]
    assert Points(acts=("delete",)).place("I delete 3.") == "act", "an act is looked at all the same"


@given(st.text(alphabet="ab ,.;?!\n", min_size=1))
def test_a_point_lies_only_behind_words(text: str) -> None:
    place = Points(min_words=1).place(text)
    assert bool(place) == bool(text.split())


def test_marks_stop_speech_and_are_no_part_of_it() -> None:
    points = Points(marks=("<reflect>",))
    assert "<reflect>" in points.stops
    assert points.clean("so <reflect>no.<reflect>") == "so no."
    assert points.clean("so <ref<reflect>lect>no.") == "so no.", "nor is what grows together where one is taken out"
    assert points.everywhere == Points()


def test_once_places_are_learned_only_marks_and_acts_are_points() -> None:
    points = Points(acts=("delete",), marks=("<reflect>",), learned=True)
    assert points.place("Tom sells bread, and so do I.") == ""
    assert points.place("Tom sells bread,", marked=True) == "mark"
    assert points.place("Tom sells", marked=True) == "", "in the middle of a clause there is nothing to judge"
    assert points.place("then I delete it,") == "act"
    assert points.everywhere.place("Tom sells bread.") == "sentence"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("磨坊关了，所以我不能磨面。明天再来！", ["磨坊关了，", "所以我不能磨面。", "明天再来！"]),
        ("水車は閉まっています。なぜですか？", ["水車は閉まっています。", "なぜですか？"]),
        ("الطاحونة مغلقة، فهل نعود غدا؟", ["الطاحونة مغلقة،", " فهل نعود غدا؟"]),
        ("चक्की बंद है। कल आइए।", ["चक्की बंद है।", " कल आइए।"]),
        ("The mill is shut… we wait.", ["The mill is shut…", " we wait."]),
    ],
)
def test_sentences_and_clauses_end_in_every_script(text: str, cut: list[str]) -> None:
    assert [passage.text for passage in passages(text, Points())] == cut


@pytest.mark.parametrize(
    ("act", "text", "found"),
    [
        ("删除", "好的，我现在删除这个文件。", True),
        ("삭제", "지금 파일을 삭제합니다.", True),
        ("sell", "我sell了它", True),
        ("sell", "the seller resells it, and sells it", False),
        ("rm -rf /", "now rm -rf / and then go", True),
        ("$ buy", "then $ buy it", True),
        ("c++", "I compile the c++ code", True),
        ("sell!", "they cry: sell!", True),
    ],
)
def test_an_act_is_seen_in_every_script_and_whatever_it_begins_or_ends_with(act: str, text: str, found: bool) -> None:
    points = Points(acts=(act,))
    assert bool(points.acts_in(text)) is found
    assert (points.place(text) == "act") is found
