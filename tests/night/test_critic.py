"""The council as a critic of whole replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Comment, Conversation, Decision, Message, Passage, Verdict
from eudaimon.errors import ContentRefused, NotTaken, TooLong
from eudaimon.language import Branch, ScriptedModel, Voice
from eudaimon.night.critic import UNREAD, CouncilCritic, score, verdict
from eudaimon.psyche import Council, Everyone, Pause, load_archetypes

ASKED: Conversation = (Message("user", "what does Tom sell?"),)
HOLDERS = frozenset({"sage", "guardian"})
chances = st.floats(0, 1)
voices = st.sampled_from(["sage", "guardian", "mother", "fool", "child"])


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    casts = st.lists(st.tuples(voices, chances), min_size=1, max_size=5)
    said = draw(st.lists(st.tuples(st.sampled_from(list(Verdict)), casts), min_size=1, max_size=4))
    return [decided(verdict, cast) for verdict, cast in said]


def decided(verdict: Verdict, cast: Sequence[tuple[str, float]]) -> Decision:
    comments = tuple(Comment(name, "", (p, (1 - p) / 2, (1 - p) / 2)) for name, p in cast)
    return Decision(0, verdict, Passage("so no."), (), comments)


@given(decisions(), chances)
def test_a_score_lies_between_0_and_1(said: list[Decision], floor: float) -> None:
    assert 0 <= score(said, HOLDERS, floor) <= 1


@given(decisions(), chances)
def test_no_majority_buys_off_a_failed_floor(said: list[Decision], floor: float) -> None:
    lowest = min((one.probabilities[0] for d in said for one in d.comments if one.archetype in HOLDERS), default=1.0)
    if lowest < floor:
        assert score(said, HOLDERS, floor) <= lowest


@given(decisions(), st.data())
def test_who_thinks_better_of_a_reply_never_lowers_its_score(said: list[Decision], data: st.DataObject) -> None:
    where = data.draw(st.integers(0, len(said) - 1))
    who = data.draw(st.integers(0, len(said[where].comments) - 1))
    cast = [(one.archetype, one.probabilities[0]) for one in said[where].comments]
    better = [*cast[:who], (cast[who][0], data.draw(st.floats(cast[who][1], 1))), *cast[who + 1 :]]
    raised = [*said[:where], decided(said[where].verdict, better), *said[where + 1 :]]
    assert score(raised, HOLDERS, 0.5) >= score(said, HOLDERS, 0.5) - 1e-9


def test_the_formula_is_the_one_that_is_documented() -> None:
    said = [
        decided(Verdict.CONTINUE, [("sage", 0.9), ("mother", 0.5)]),
        decided(Verdict.CONTINUE, [("sage", 0.7), ("mother", 0.9)]),
    ]
    assert score(said, HOLDERS, 0.5) == pytest.approx((0.7 + (0.7 + 0.8) / 2) / 2)
    assert score(said, HOLDERS, 0.8) == pytest.approx(0.7)


def test_whoever_decided_that_a_passage_should_not_go_on_is_not_outvoted_either() -> None:
    heard = decided(Verdict.REVISE, [("sage", 0.9), ("guardian", 0.9), ("fool", 0.9), ("mother", 0.1)])
    minded = replace(heard, voice="mother")
    assert score([minded], HOLDERS, 0.5) == pytest.approx(0.1)
    assert score([heard], HOLDERS, 0.5) == pytest.approx((0.9 + 0.7) / 2)


def test_who_cannot_be_read_abstains_and_what_nobody_could_judge_scores_0() -> None:
    unread = Comment("sage", "", UNREAD)
    heard = decided(Verdict.CONTINUE, [("mother", 0.8)])
    both = Decision(0, Verdict.CONTINUE, Passage("x"), (), (unread, *heard.comments))
    assert score([both], HOLDERS, 0.5) == score([heard], HOLDERS, 0.5) == pytest.approx(0.8)
    assert score([Decision(0, Verdict.CONTINUE, Passage("x"), (), (unread,))], HOLDERS, 0.5) == 0.0
    assert score([], HOLDERS, 0.5) == 0.0


def test_a_judge_without_voices_is_taken_at_its_word() -> None:
    words = [Decision(0, verdict, Passage("x")) for verdict in (Verdict.CONTINUE, Verdict.REVISE)]
    assert score(words[:1], HOLDERS, 0.5) == 1.0
    assert score(words, HOLDERS, 0.5) == 0.5


def test_the_gravest_verdict_is_the_replys() -> None:
    by_name = {one: decided(one, [("sage", 0.5)]) for one in Verdict}
    assert verdict([by_name[Verdict.CONTINUE]]) is Verdict.CONTINUE
    assert verdict([by_name[Verdict.CONTINUE], by_name[Verdict.REVISE]]) is Verdict.REVISE
    assert verdict(list(by_name.values())) is Verdict.SURRENDER
    assert verdict([]) is Verdict.REVISE


class Listening:
    """A judge that remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[Pause] = []

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        self.heard += pauses
        return [Decision(pause.id, Verdict.CONTINUE, pause.passage) for pause in pauses]


def test_every_clause_is_heard_once_however_many_replies_begin_with_it() -> None:
    judge = Listening()
    found = CouncilCritic(judge).score(
        [(ASKED, "Tom sells bread, so no."), (ASKED, "Tom sells bread, so yes."), (ASKED, "")]
    )
    assert [pause.passage.text for pause in judge.heard] == ["Tom sells bread,", " so no.", " so yes."]
    assert judge.heard[1].conversation == (*ASKED, Message("assistant", "Tom sells bread, so no."))
    assert [[decision.pause for decision in one.decisions] for one in found] == [[0, 1], [0, 1], []]
    assert (found[2].score, found[2].verdict) == (0.0, Verdict.REVISE)


def test_a_council_judges_whole_replies_if_it_is_so_wished() -> None:
    judge = Listening()
    CouncilCritic(judge, whole=True).score([(ASKED, "Tom sells bread, so no.")])
    assert [pause.passage.text for pause in judge.heard] == ["Tom sells bread, so no."]


def test_a_council_brings_its_own_floors() -> None:
    archetypes = load_archetypes()

    def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, ...]]:
        continues = 0.2 if voice.name == "sage" and "salt" in heard[-1].content else 0.9
        return "a stone", (continues, 1 - continues, 0.0)

    council = Council(ScriptedModel(judge=judge), archetypes, Everyone(("sage", "mother", "child")))
    good, bad = CouncilCritic.of(council).score([(ASKED, "Tom sells bread."), (ASKED, "Tom sells salt.")])
    assert (good.score, good.verdict) == (pytest.approx(0.9), Verdict.CONTINUE)
    assert (bad.score, bad.verdict) == (pytest.approx(0.2), Verdict.REVISE)
    assert bad.worst is bad.decisions[0]
    assert good.worst is None
    assert {comment.archetype for comment in bad.comments} == {"sage", "mother", "child"}


class Short(ScriptedModel):
    """Hears voices on replies of so many words."""

    def __init__(self, why: NotTaken) -> None:
        super().__init__()
        self.why = why

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        if any(len(one.conversation[-1].content.split()) > 4 for one in requests):
            raise self.why
        return super().branch(requests)


@pytest.mark.parametrize("why", [TooLong("no room"), ContentRefused("no room")], ids=["too long", "refused"])
def test_a_reply_whose_end_is_not_taken_scores_0_and_the_others_are_heard(why: NotTaken) -> None:
    council = Council(Short(why), load_archetypes(), Everyone(("sage", "fool")))
    brief, long = CouncilCritic.of(council).score(
        [(ASKED, "Tom sells bread."), (ASKED, "Tom sells bread, so no milk.")]
    )
    assert (brief.score, brief.verdict) == (1.0, Verdict.CONTINUE)
    assert (long.score, long.verdict) == (0.0, Verdict.REVISE)
    assert [len(one.comments) for one in long.decisions] == [2, 0]
    assert long.worst
    assert long.worst.reasons == ("it could not be heard: no room",)
