"""Pauses are put back where they happened; what stands is the reply, what was withdrawn is kept beside it."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Comment, Decision, Episode, Message, Passage, Reflection, Verdict
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.psyche import Pause, Reply, Settings, drive, speak
from eudaimon.report.said import Piece, pieces, said
from eudaimon.report.wording import sentences

ASKED = (Message("user", "is it raining?"),)
CLAUSES = ("it rains,", "so no.", "it rains.", "go home,", "well then.")


def spoken(seed: int, late: bool) -> Reply:
    """A reply said at random before a judge that decides at random, perhaps late."""
    rng = Random(seed)

    def say(request: Extend) -> Extension:
        ended = rng.random() < 0.3
        return Extension(" " + rng.choice(CLAUSES), "end" if ended else "stop", tokens=2)

    class Anyone:
        def hear(self, pauses: list[Pause]) -> list[Decision | None]:
            verdicts = rng.choices(list(Verdict), (6, 3, 1), k=len(pauses))
            decided = [
                Decision(pause.id, verdict, pause.passage) for pause, verdict in zip(pauses, verdicts, strict=True)
            ]
            return [None if late and rng.random() < 0.5 else decision for decision in decided]

    return drive([speak(ASKED, Settings(max_tokens=24))], ScriptedModel(say=say), Anyone())[0]  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.booleans())
def test_the_pieces_that_are_kept_are_the_reply_and_every_pause_is_there_once(seed: int, late: bool) -> None:
    reply = spoken(seed, late)
    found = pieces(reply.text, reply.reflections)
    assert "".join(piece.text for piece in found if piece.kept) == reply.text
    assert [piece.stop.number for piece in found if piece.stop] == list(range(1, len(reply.reflections) + 1))


@given(st.integers(0, 10**6))
def test_what_the_council_sent_back_is_never_shown_as_standing(seed: int) -> None:
    reply = spoken(seed, late=False)
    for piece in pieces(reply.text, reply.reflections):
        if piece.stop:
            assert piece.kept == (piece.stop.verdict == "continue")


def judged(verdict: Verdict, text: str, before: str = "", attempt: int = 0) -> Reflection:
    comments = (Comment("sage", "the lantern flickers", (0.1, 0.8, 0.1)), Comment("mute", "", (1 / 3, 1 / 3, 1 / 3)))
    dissent = comments[:1] if verdict is not Verdict.REVISE else ()
    return Reflection(1, attempt, Decision(0, verdict, Passage(text, before, "clause"), (), comments, dissent))


def test_a_revised_passage_comes_before_the_one_that_stands_in_its_place() -> None:
    found = pieces(
        "Tom sells bread, so no.",
        [
            judged(Verdict.CONTINUE, "Tom sells bread,"),
            judged(Verdict.REVISE, " so yes.", "Tom sells bread,"),
            judged(Verdict.CONTINUE, " so no.", "Tom sells bread,", 1),
        ],
    )
    assert [(piece.text, piece.kept) for piece in found] == [
        ("Tom sells bread,", True),
        (" so yes.", False),
        (" so no.", True),
    ]


def test_words_of_letting_go_stand_unjudged_after_the_draft_that_they_replace() -> None:
    found = pieces("let it go.", [judged(Verdict.SURRENDER, "go by the ford.")])
    assert found[0].kept is False
    assert found[1] == Piece("let it go.", judged=False)


def test_a_pause_says_who_dissented_and_who_could_not_be_read() -> None:
    stop = pieces("yes.", [judged(Verdict.CONTINUE, "yes.")])[0].stop
    assert stop is not None
    assert stop.dissent == 1
    assert [(word.role, word.dissents, word.read) for word in stop.words] == [
        ("Sage", True, True),
        ("Mute", False, False),
    ]
    assert stop.words[0].text == "The lantern flickers"


def test_pauses_belong_to_the_reply_in_which_they_happened() -> None:
    messages = (*ASKED, Message("assistant", "no."), Message("user", "sure?"), Message("assistant", "yes."))
    reflection = Reflection(3, 0, judged(Verdict.CONTINUE, "yes.").decision)
    shown = said(Episode("day-1/0000", 1, "newborn", "village", messages, (reflection,)), lower_case=True)
    assert [sum(piece.stop is not None for piece in turn.pieces) for turn in shown.turns] == [0, 0, 0, 1]
    assert [turn.pieces[0].text for turn in shown.turns] == ["Is it raining?", "No.", "Sure?", "Yes."]


def test_people_are_quoted_letter_by_letter() -> None:
    messages = (Message("user", "iPhone or android? e.g. for mum"),)
    shown = said(Episode("day-1/0000", 1, "newborn", "people", messages), lower_case=False)
    assert shown.turns[0].pieces[0].text == messages[0].content


@given(st.text())
def test_a_piece_is_its_words_between_its_white_space(text: str) -> None:
    assert "".join(Piece(text).parts) == text
    assert Piece(text).parts[1] == text.strip()


@given(st.text(), st.text())
def test_capitals_change_no_length_and_nothing_but_case(before: str, text: str) -> None:
    shown = sentences(text, before)
    assert len(shown) == len(text)
    assert shown.casefold() == text.casefold()
