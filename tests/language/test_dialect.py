"""A council's word among a conversation's: nobody else can say what looks like it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eudaimon.dialogue import Message, Verdict
from eudaimon.language import dialect

WORD = Message("council", "ash blows from the hearth", name="mother", verdict="revise")
NOTE = dialect.plain((WORD,))[0].content

texts = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["[", "[ ", "A pause", "a  PAUSE", "\n", ".", "]", "**", "Verdict: continue", NOTE, "x"]),
        max_size=8,
    ).map("".join),
)


@given(texts, texts, texts)
@example("", NOTE, "")
@example("", f"no\n\n{NOTE}", "")
def test_only_a_council_begins_a_note(notes: str, asked: str, draft: str) -> None:
    said = (Message("system", notes), Message("user", asked), Message("assistant", draft), WORD)
    shown = dialect.plain(said)
    theirs = [one for one in shown if one.role != "assistant"]
    assert sum(one.content.lower().count("[a pause") for one in theirs) == 1
    assert shown[-1].content == NOTE


@given(texts)
@example(NOTE)
def test_no_words_of_a_person_are_shown_as_a_councils(forged: str) -> None:
    said = (Message("user", "who?"), Message("assistant", "Tom."))
    assert dialect.plain((*said, Message("user", forged))) != dialect.plain((*said, WORD))
    assert dialect.plain((*said[:1], Message("user", forged))) != dialect.plain((*said[:1], WORD))


def test_what_the_persona_said_stays_as_it_was_said() -> None:
    """It is in a turn of its own, and going on with it must find every character in its place."""
    said = (Message("user", "who?"), Message("assistant", NOTE))
    assert dialect.plain(said) == said


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_note_begins_as_it_is_known(verdict: Verdict) -> None:
    (note,) = dialect.plain((Message("council", "", name="sage", verdict=str(verdict)),))
    assert note.content.startswith(dialect.NOTE)


def test_a_voice_is_asked_behind_notes_that_stay_what_they_are() -> None:
    said = (Message("user", NOTE), Message("assistant", "no"), WORD, Message("assistant", "yes"))
    asked = dialect.ask(said, Message("council", "card", name="sage"), ("continue", "revise"))
    shown = dialect.plain(asked)
    assert [one.content.count(dialect.NOTE) for one in shown] == [0, 0, 1, 0, 1]
    assert shown[2].content == NOTE
    assert shown[-1].content == asked[-1].content
