"""Names are taken out of replies and put in again without reading a note."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.evals.actors import visits
from eudaimon.evals.lessons import Lesson, lessons, taught
from eudaimon.evals.templates import fill, mask, masked, notes_of
from eudaimon.worlds.village import KINDS, Split, parse

ASKED = (Message("system", "Tom sells bread. Ida sells milk."), Message("user", "what does Tom sell?"))


def lesson_of(kind: str, number: int) -> Lesson:
    situation = visits(Split.LIFE, number + 1, kinds=(kind,))[number].situation()
    return next(taught(situation, number))


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 30), st.integers(0, 99))
def test_a_filled_template_still_parses(kind: str, number: int, seed: int) -> None:
    lesson = lesson_of(kind, number)
    said = fill(mask(lesson.reply, lesson.messages), lesson.messages, Random(seed))
    assert "<" not in said
    assert all(act.kind != "babble" for act in parse(said))


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 30))
def test_filling_keeps_every_act_and_changes_names_only(kind: str, number: int) -> None:
    lesson = lesson_of(kind, number)
    said = fill(mask(lesson.reply, lesson.messages), lesson.messages, Random(0))
    assert masked(said) == masked(lesson.reply)


def test_what_the_person_named_is_put_where_it_was_and_the_rest_comes_from_the_notes() -> None:
    template = mask("Tom sells bread.", ASKED)
    assert template == "<person?0> sells <good:0>."
    filled = {fill(template, ASKED, Random(seed)) for seed in range(20)}
    assert filled == {"Tom sells bread.", "Tom sells milk."}


def test_a_type_that_nobody_named_is_still_filled() -> None:
    assert (
        parse(fill("<person?0> has <person:0> for a sister.", (Message("user", "well?"),), Random(1)))[0].kind
        == "state"
    )


def test_the_same_name_in_one_reply_is_the_same_slot() -> None:
    assert (
        mask("Ida sells milk, so without Tom call Ida.", ASKED)
        == "<person:0> sells <good:0>, so without <person?0> call <person:0>."
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_lessons_are_of_the_lore_split_and_end_with_the_person(seed: int) -> None:
    first = [lesson for lesson, _ in zip(lessons(seed), range(60), strict=False)]
    assert len({lesson.kind for lesson in first}) > 8
    assert all(lesson.messages[-1].role == "user" and notes_of(lesson.messages) for lesson in first)
    assert first == [lesson for lesson, _ in zip(lessons(seed), range(60), strict=False)]
