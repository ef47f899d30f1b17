"""Where the persona pauses."""

from hypothesis import given
from hypothesis import strategies as st

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
