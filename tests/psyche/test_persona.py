"""The persona as a generator: it pauses, is answered in time or late, says again, and lets go."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Comment, Decision, Message, Passage, Verdict, with_reply
from eudaimon.language import Extend, Extension
from eudaimon.psyche import Pause, Persona, Points, Reply, Settings, speak

ASKED = (Message("system", "Tom sells bread."), Message("user", "who sells bread?"))
CONTINUE, REVISE, SURRENDER = Verdict


def decide(pause: Pause, verdict: Verdict, name: str = "sage", said: str = "the lantern smokes") -> Decision:
    other = Comment("shadow", "the mirror smiles", (0.0, 0.6, 0.4))
    chosen = Comment(name, said, (0.1, 0.9, 0.0))
    return Decision(pause.id, verdict, pause.passage, comments=(other, chosen), voice=name)


def extend(wish: Extend | Pause) -> Extend:
    assert isinstance(wish, Extend)
    return wish


def pause(wish: Extend | Pause) -> Pause:
    assert isinstance(wish, Pause)
    return wish


def end(persona: Persona, answer: Extension | Decision | None) -> Reply:
    with pytest.raises(StopIteration) as ended:
        persona.send(answer)
    return ended.value.value


def test_a_reply_that_is_good_enough_is_spoken_passage_by_passage() -> None:
    persona = speak(ASKED, Settings(max_tokens=50, passage_tokens=9, temperature=0.3))
    first = extend(next(persona))
    assert first.conversation == ASKED
    assert (first.max_tokens, first.temperature, first.sealed) == (9, 0.3, False)
    asked = pause(persona.send(Extension("Tom sells bread,", "stop", 4)))
    assert asked == Pause(0, Passage("Tom sells bread,", "", "clause"), with_reply(ASKED, "Tom sells bread,"))
    second = extend(persona.send(decide(asked, CONTINUE)))
    assert second.conversation == with_reply(ASKED, "Tom sells bread,")
    assert second.seed != first.seed
    asked = pause(persona.send(Extension(" so it is Tom.", "stop", 5)))
    assert asked.passage == Passage(" so it is Tom.", "Tom sells bread,", "sentence")
    assert isinstance(persona.send(decide(asked, CONTINUE)), Extend)
    reply = end(persona, Extension("", "end"))
    assert (reply.text, reply.finish, reply.drafts) == ("Tom sells bread, so it is Tom.", "end", ())
    assert [(one.turn, one.attempt, one.decision.pause) for one in reply.reflections] == [(2, 0, 0), (2, 0, 1)]
    assert reply.tokens == 10


def test_a_passage_that_fails_is_said_again_from_the_last_good_place_told_why() -> None:
    persona = speak(ASKED)
    next(persona)
    good = pause(persona.send(Extension("I have looked,", "stop")))
    persona.send(decide(good, CONTINUE))
    bad = pause(persona.send(Extension(" Ann sells bread.", "stop")))
    again = extend(persona.send(decide(bad, REVISE)))
    word = Message("council", "the lantern smokes", name="sage", verdict="revise")
    assert again.conversation == (*ASKED, Message("assistant", "I have looked, Ann sells bread."), word)
    better = pause(persona.send(Extension("Tom sells bread.", "stop")))
    assert better.passage == Passage(" Tom sells bread.", "I have looked,", "sentence")
    assert better.conversation == with_reply(ASKED, "I have looked, Tom sells bread."), "the council sees no drafts"
    after = extend(persona.send(decide(better, CONTINUE)))
    assert after.conversation == with_reply(ASKED, "I have looked, Tom sells bread."), (
        "what is good is not argued again"
    )
    reply = end(persona, Extension("", "end"))
    assert reply.text == "I have looked, Tom sells bread."
    assert reply.drafts == (bad.passage,)
    assert [one.attempt for one in reply.reflections] == [0, 0, 1]


def test_words_that_replace_a_draft_stand_without_a_space_where_their_script_has_none() -> None:
    persona = speak(ASKED)
    next(persona)
    good = pause(persona.send(Extension("汤姆卖面包，", "stop")))
    persona.send(decide(good, CONTINUE))
    bad = pause(persona.send(Extension("安也卖面包。", "stop")))
    persona.send(decide(bad, REVISE))
    better = pause(persona.send(Extension("安不卖面包。", "stop")))
    assert better.conversation == with_reply(ASKED, "汤姆卖面包，安不卖面包。")


def test_words_that_are_too_few_for_a_pause_go_on_within_the_same_try() -> None:
    persona = speak(ASKED, Settings(points=Points(min_words=3)))
    next(persona)
    bad = pause(persona.send(Extension("Ann sells it.", "stop")))
    persona.send(decide(bad, REVISE))
    more = extend(persona.send(Extension("No,", "stop")))
    assert more.conversation[-2:] == (
        Message("council", "the lantern smokes", name="sage", verdict="revise"),
        Message("assistant", "No,"),
    )
    asked = pause(persona.send(Extension(" Tom does.", "stop")))
    assert asked.passage == Passage("No, Tom does.", "", "sentence")


def test_after_its_tries_the_persona_lets_go_and_those_words_are_not_judged() -> None:
    persona = speak(ASKED, Settings(tries=2, parting_tokens=7))
    wish = next(persona)
    for attempt in range(3):
        assert extend(wish).stop
        asked = pause(persona.send(Extension(f"try number v{attempt}.", "stop")))
        wish = persona.send(decide(asked, REVISE))
    parting = extend(wish)
    assert (parting.stop, parting.max_tokens) == ((), 7)
    assert parting.conversation[-2:] == (
        Message("assistant", "try number v2."),
        Message("council", "the lantern smokes", name="sage", verdict="surrender"),
    )
    reply = end(persona, Extension("I do not know. Ask Ann, she may.", "end"))
    assert (reply.text, reply.finish) == ("I do not know. Ask Ann, she may.", "surrender")
    assert [one.attempt for one in reply.reflections] == [0, 1, 2]
    assert [draft.text for draft in reply.drafts] == [f"try number v{attempt}." for attempt in range(3)]


def test_the_council_may_let_go_at_once_and_what_was_good_stays() -> None:
    persona = speak(ASKED)
    next(persona)
    good = pause(persona.send(Extension("I have looked,", "stop")))
    persona.send(decide(good, CONTINUE))
    bad = pause(persona.send(Extension(" the way is open.", "stop")))
    parting = extend(persona.send(decide(bad, SURRENDER, "fool", "the gate is walled up")))
    word = Message("council", "the gate is walled up", name="fool", verdict="surrender")
    assert parting.conversation[-1] == word
    reply = end(persona, Extension("there is no way.", "end"))
    assert (reply.text, reply.finish) == ("I have looked, there is no way.", "surrender")


def test_a_whole_reply_has_a_bounded_patience() -> None:
    persona = speak(ASKED, Settings(tries=9, patience=1))
    next(persona)
    first = pause(persona.send(Extension("one bad thing.", "stop")))
    assert extend(persona.send(decide(first, REVISE))).stop
    second = pause(persona.send(Extension("another bad thing.", "stop")))
    assert extend(persona.send(decide(second, REVISE))).stop == ()


def test_a_late_decision_rolls_back_to_its_pause_and_what_came_after_is_withdrawn() -> None:
    persona = speak(ASKED)
    next(persona)
    first = pause(persona.send(Extension("Ann sells bread,", "stop")))
    extend(persona.send(None))
    second = pause(persona.send(Extension(" and salt,", "stop")))
    extend(persona.send(decide(second, CONTINUE)))
    third = pause(persona.send(Extension(" and oil,", "stop")))
    extend(persona.send(None))
    again = extend(persona.send(decide(first, REVISE)))
    assert again.conversation[-2] == Message("assistant", "Ann sells bread,")
    better = pause(persona.send(Extension("Tom sells bread.", "stop")))
    assert better.passage == Passage("Tom sells bread.", "", "sentence")
    assert better.id == 3, "ids are not used twice"
    assert pause(persona.send(decide(third, REVISE))) == better, (
        "a word on what is withdrawn is kept, and changes nothing"
    )
    extend(persona.send(decide(better, CONTINUE)))
    reply = end(persona, Extension("", "end"))
    assert reply.text == "Tom sells bread."
    assert [draft.text for draft in reply.drafts] == ["Ann sells bread,", " and salt,", " and oil,"]
    assert [one.decision.pause for one in reply.reflections] == [0, 1, 2, 3]


def test_at_the_end_what_waits_is_asked_for_again_and_stands_if_no_decision_comes() -> None:
    persona = speak(ASKED)
    next(persona)
    first = pause(persona.send(Extension("Tom sells bread,", "stop")))
    persona.send(None)
    waiting = pause(persona.send(Extension("", "end")))
    assert (waiting.id, waiting.last, first.last) == (first.id, True, False)
    reply = end(persona, None)
    assert reply.text == "Tom sells bread,"
    assert reply.reflections[0].decision.reasons == ("no decision came before the end",)


def test_the_end_itself_is_a_reflection_point_and_so_is_an_irreversible_act() -> None:
    persona = speak(ASKED, Settings(points=Points(acts=("delete",), min_words=5)))
    next(persona)
    act = pause(persona.send(Extension("I delete it,", "stop")))
    assert act.passage.place == "act"
    persona.send(decide(act, CONTINUE))
    last = pause(persona.send(Extension(" so", "end")))
    assert (last.passage.place, last.last) == ("end", True)
    assert end(persona, decide(last, CONTINUE)).text == "I delete it, so"


def test_a_learned_mark_is_a_point_and_no_part_of_what_is_said() -> None:
    persona = speak(ASKED, Settings(points=Points(marks=("<reflect>",), min_words=9)))
    assert "<reflect>" in extend(next(persona)).stop
    asked = pause(persona.send(Extension("Tom sells <reflect>", "stop")))
    assert asked.passage == Passage("Tom sells", "", "mark")
    again = extend(persona.send(decide(asked, CONTINUE)))
    assert "<reflect>" not in again.stop, "who was heard must first go on"
    assert "<reflect>" in extend(persona.send(Extension(" bread", "length"))).stop
    last = pause(persona.send(Extension(".", "end")))
    assert end(persona, decide(last, CONTINUE)).text == "Tom sells bread."


def test_once_places_are_learned_it_pauses_at_its_marks_at_acts_and_at_the_end_alone() -> None:
    points = Points(acts=("delete",), marks=("<reflect>",), learned=True)
    persona = speak(ASKED, Settings(points=points))
    next(persona)
    for calm in ("Tom sells bread,", " so he does."):
        extend(persona.send(Extension(calm, "stop")))
    marked = pause(persona.send(Extension(" <reflect>", "stop")))
    assert marked.passage == Passage("Tom sells bread, so he does.", "", "mark")
    persona.send(decide(marked, CONTINUE))
    act = pause(persona.send(Extension(" I delete it,", "stop")))
    assert act.passage.place == "act"
    persona.send(decide(act, CONTINUE))
    last = pause(persona.send(Extension(" so it is.", "end")))
    assert (last.passage.place, last.last) == ("end", True)
    assert end(persona, decide(last, CONTINUE)).text == "Tom sells bread, so he does. I delete it, so it is."


def test_a_mark_that_comes_in_pieces_is_no_part_of_what_is_said() -> None:
    persona = speak(ASKED, Settings(points=Points(marks=("<reflect>",), learned=True)))
    next(persona)
    extend(persona.send(Extension("Tom does, <ref", "length")))
    asked = pause(persona.send(Extension("lect>", "stop")))
    assert asked.passage.text == "Tom does,"
    persona.send(decide(asked, CONTINUE))
    assert end(persona, Extension("", "end")).text == "Tom does,"


def test_a_learned_mark_in_the_middle_of_a_clause_is_passed_over() -> None:
    persona = speak(ASKED, Settings(points=Points(marks=("<reflect>",), learned=True)))
    next(persona)
    again = extend(persona.send(Extension("Tom <reflect>", "stop")))
    assert (again.conversation[-1].content, "<reflect>" in again.stop) == ("Tom", False)
    assert "<reflect>" in extend(persona.send(Extension(" does,", "stop"))).stop
    assert pause(persona.send(Extension(" <reflect>", "stop"))).passage.text == "Tom does,"


def test_without_reflection_it_speaks_to_the_end_in_one_go() -> None:
    persona = speak(ASKED, Settings(reflect=False, max_tokens=40))
    wish = extend(next(persona))
    assert (wish.stop, wish.max_tokens) == ((), 40)
    reply = end(persona, Extension("Tom sells bread, so it is Tom.", "end", 9))
    assert (reply.text, reply.reflections, reply.finish) == ("Tom sells bread, so it is Tom.", (), "end")


def test_a_reply_that_is_open_already_is_gone_on_with() -> None:
    persona = speak(with_reply(ASKED, "Well,"))
    assert extend(next(persona)).conversation == with_reply(ASKED, "Well,")
    asked = pause(persona.send(Extension(" Tom does.", "end")))
    assert asked.passage.before == "Well,"
    reply = end(persona, decide(asked, CONTINUE))
    assert (reply.text, reply.reflections[0].turn) == ("Well, Tom does.", 2)


def test_a_reply_that_runs_out_of_tokens_is_judged_and_says_so() -> None:
    persona = speak(ASKED, Settings(max_tokens=4))
    next(persona)
    asked = pause(persona.send(Extension("Tom sells bread and", "length", 4)))
    assert (asked.passage.place, asked.last) == ("end", True)
    assert end(persona, decide(asked, CONTINUE)).finish == "length"


@pytest.mark.parametrize(("how", "finish"), [("length", "length"), ("end", "end"), ("stop", "end")])
def test_a_reply_without_a_word_was_cut_where_its_room_was_used_up_for_what_nobody_hears(how: str, finish: str) -> None:
    for reflect in (True, False):
        persona = speak(ASKED, Settings(reflect=reflect))
        next(persona)
        reply = end(persona, Extension("", how))
        assert (reply.text, reply.finish) == ("", finish)


@pytest.mark.parametrize("answer", [None, Decision(7, CONTINUE, Passage(""))])
def test_an_answer_that_does_not_fit_is_refused(answer: Decision | None) -> None:
    persona = speak(ASKED)
    next(persona)
    with pytest.raises(ValueError, match=r"cannot be answered by NoneType|pause 7 is unknown"):
        persona.send(answer)


def test_a_pause_is_not_answered_by_words_nor_twice() -> None:
    persona = speak(ASKED)
    next(persona)
    pause(persona.send(Extension("Tom sells bread.", "stop")))
    with pytest.raises(ValueError, match="Pause cannot be answered by Extension"):
        persona.send(Extension("more", "end"))
    persona = speak(ASKED)
    next(persona)
    asked = pause(persona.send(Extension("Tom sells bread.", "stop")))
    persona.send(decide(asked, CONTINUE))
    with pytest.raises(ValueError, match="answered before"):
        persona.send(decide(asked, REVISE))


WORDS = ("Tom", " sells", " bread,", " salt;", " no.", "<reflect>", "", " ", "and so on and on,", "\n")


class Whim:
    """A driver that answers by whim, late or in time, and keeps its own account of what stands."""

    def __init__(self, rng: random.Random, late: bool) -> None:
        self.rng, self.late = rng, late
        self.standing: dict[int, Passage] = {}
        self.open: dict[int, Pause] = {}
        self.presented: list[Passage] = []
        self.sent: list[Decision] = []
        self.stretches = 0

    def answer(self, wish: Extend | Pause) -> Extension | Decision | None:
        if isinstance(wish, Pause) and wish.id not in self.standing:
            self.open[wish.id], self.standing[wish.id] = wish, wish.passage
            self.presented.append(wish.passage)
        if self.late and self.open and self.rng.random() < 0.3:
            return self.judge(self.rng.choice(list(self.open.values())))
        if isinstance(wish, Extend):
            return self.words(wish)
        if self.late and self.rng.random() < 0.5:
            if wish.last:  # None promises that no decision will come
                self.open.pop(wish.id)
            return None
        return self.judge(wish)

    def words(self, wish: Extend) -> Extension:
        self.stretches += 1
        text = "".join(self.rng.choices(WORDS, k=self.rng.randint(0, 4)))
        finish = self.rng.choices(["stop", "end", "length"], [8, 1, 2])[0]
        return Extension(text, finish, self.rng.randint(0, wish.max_tokens))

    def judge(self, pause: Pause) -> Decision:
        decision = decide(pause, self.rng.choices(list(Verdict), [5, 4, 1])[0])
        self.open.pop(pause.id, None)
        self.sent.append(decision)
        if decision.verdict is not CONTINUE and pause.id in self.standing:
            self.standing = {id: passage for id, passage in self.standing.items() if id < pause.id}
        return decision


@given(st.randoms(use_true_random=False), st.booleans(), st.integers(0, 3), st.integers(0, 4), st.integers(1, 40))
def test_whatever_is_decided_and_however_late_what_was_accepted_is_what_was_said(
    rng: random.Random, late: bool, tries: int, patience: int, max_tokens: int
) -> None:
    points = Points(marks=("<reflect>",), min_words=rng.randint(1, 3), learned=rng.random() < 0.5)
    persona = speak(ASKED, Settings(max_tokens=max_tokens, tries=tries, patience=patience, points=points))
    whim, answer = Whim(rng, late), None
    while True:
        try:
            answer = whim.answer(persona.send(answer))
        except StopIteration as ended:
            reply: Reply = ended.value
            break
        assert whim.stretches <= (patience + 2) * max_tokens + 1, "effort is bounded"
    accepted = "".join(passage.text for passage in whim.standing.values())
    assert reply.text == "".join(passage.text for passage in reply.passages)
    assert reply.text == accepted if reply.finish != "surrender" else reply.text.startswith(accepted)
    for index, passage in enumerate(reply.passages):
        assert passage.before == "".join(earlier.text for earlier in reply.passages[:index])
    withdrawn = [passage for passage in whim.presented if passage not in whim.standing.values()]
    assert all(passage in reply.drafts for passage in withdrawn), "no draft is lost"
    kept = [reflection.decision for reflection in reply.reflections]
    assert all(decision in kept for decision in whim.sent), "no decision is lost"
    assert [decision.pause for decision in kept] == sorted({decision.pause for decision in kept})
    assert "<reflect>" not in reply.text
    assert max((reflection.attempt for reflection in reply.reflections), default=0) <= tries
