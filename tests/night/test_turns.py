"""The places of a day where the persona replied, and might have replied otherwise."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from eudaimon.dialogue import Decision, Episode, Message, Passage, Reflection, Verdict
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.night.turns import Branch, Turn, branches, turns, words
from eudaimon.psyche import Settings

SAID = (Message("user", "who?"), Message("assistant", "Tom."), Message("user", "sure?"), Message("assistant", "yes."))
DAY = Episode("day-1/1", 1, "newborn", "village", SAID)


def reflection(turn: int, verdict: Verdict, text: str, before: str = "") -> Reflection:
    return Reflection(turn, 0, Decision(0, verdict, Passage(text, before)))


def test_every_reply_is_a_turn() -> None:
    assert turns(DAY) == [Turn("day-1/1", 1, SAID[:1], "Tom."), Turn("day-1/1", 3, SAID[:3], "yes.")]


def test_a_reply_that_was_cut_is_not_whole() -> None:
    said = (Message("user", "a?"), Message("assistant", "b"), Message("user", "c?"), Message("assistant", "d"))
    cuts = ({}, {"cut": [1]}, {"cut": "broken off"})
    found = [[turn.whole for turn in turns(Episode("e", 1, "p", "x", said, (), visible))] for visible in cuts]
    assert found == [[True, True], [False, True], [True, False]]


def test_a_reply_in_which_the_persona_never_paused_stood_in_the_opening() -> None:
    reflected = replace(DAY, reflections=(reflection(3, Verdict.CONTINUE, "yes."),))
    assert [turn.at for turn in turns(reflected)] == [3]


def test_what_was_said_before_anything_was_heard_is_no_turn() -> None:
    greeted = (Message("assistant", "good day."), *SAID[:2])
    assert [turn.at for turn in turns(replace(DAY, messages=greeted))] == [2]


def test_withdrawn_drafts_are_kept_from_their_beginning_and_once() -> None:
    taken = (
        reflection(3, Verdict.REVISE, " so no.", "yes,"),
        reflection(3, Verdict.CONTINUE, "yes,"),
        reflection(3, Verdict.REVISE, " so no.", "yes,"),
        reflection(3, Verdict.SURRENDER, "never."),
    )
    assert turns(replace(DAY, reflections=taken))[0].drafts == ("yes, so no.", "never.")


def test_a_dream_waits_for_its_only_reply() -> None:
    assert turns(replace(DAY, source="dream", messages=SAID[:3])) == [Turn("day-1/1", 3, SAID[:3])]


def test_branches_are_tried_by_their_own_seeds_and_drafts_are_finished() -> None:
    asked: list[Extend] = []

    def say(request: Extend) -> Extension:
        asked.append(request)
        return Extension(" so be it." if len(asked) % 2 else " no", "end" if len(asked) % 2 else "length")

    turn = turns(replace(DAY, reflections=(reflection(3, Verdict.REVISE, "maybe,"),)))
    (found,) = branches(ScriptedModel(say), turn, 4, Settings(max_tokens=9, temperature=0.7), seed=3)
    assert found == [Branch("so be it.", True), Branch("no", False), Branch("maybe, so be it.", True)]
    assert len({request.seed for request in asked}) == 5
    assert {(request.max_tokens, request.temperature, request.sealed) for request in asked} == {(9, 0.7, False)}
    assert [request.conversation[-1] for request in asked] == [SAID[2]] * 4 + [Message("assistant", "maybe,")]


def test_the_seeds_of_branches_depend_on_the_night_and_the_turn(tiny: ModuleType) -> None:
    def seeds(number: int, seed: int) -> set[int]:
        asked: list[Extend] = []
        branches(ScriptedModel(lambda r: asked.append(r) or "so."), turns(tiny.episode(1, number)), 3, Settings(), seed)
        return {request.seed for request in asked}

    assert seeds(1, 1) == seeds(1, 1)
    assert seeds(1, 1).isdisjoint(seeds(1, 2) | seeds(2, 1))


def test_words_and_marks_are_counted() -> None:
    assert (words("Tom sells bread, so no."), words("")) == (7, 0)
