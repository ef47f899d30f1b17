"""A finished reply, cut where the persona would have paused in it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Decision, Message, Verdict
from eudaimon.language import Extend, Extension
from eudaimon.night.passages import passages
from eudaimon.psyche import Pause, Points, Settings, speak

words = st.sampled_from(["Tom", "sells", "bread", ",", ".", "; ", "so", "no", "?", " ", "\n", "<reflect>"])
replies = st.lists(words, max_size=12).map("".join)
points = st.builds(
    Points,
    acts=st.sampled_from([(), ("sells",)]),
    marks=st.sampled_from([(), ("<reflect>",)]),
    min_words=st.integers(1, 3),
)


@given(replies, points)
def test_passages_together_are_the_reply(reply: str, where: Points) -> None:
    found = passages(reply, where)
    assert "".join(passage.text for passage in found).strip() == (reply.strip() if found else "")
    for earlier, later in pairwise(found):
        assert later.before == earlier.before + earlier.text


@given(
    st.lists(st.sampled_from(["Tom sells bread,", " so no.", " I do not know;", " yes", ","]), min_size=1, max_size=5)
)
def test_a_finished_reply_is_judged_where_the_persona_would_have_paused(clauses: list[str]) -> None:
    reply = "".join(clauses).strip(" ,")
    if not reply:
        return
    persona, rest, paused = speak((Message("user", "who?"),), Settings(max_tokens=99)), reply, []
    wish = next(persona)
    try:
        while True:
            if isinstance(wish, Pause):
                paused.append(wish.passage)
                wish = persona.send(Decision(wish.id, Verdict.CONTINUE, wish.passage))
            else:
                said, rest = next_stretch(rest, wish)
                wish = persona.send(said)
    except StopIteration:
        assert tuple(paused) == passages(reply, Points())


def next_stretch(rest: str, wish: Extend) -> tuple[Extension, str]:
    ends = [rest.index(stop) + len(stop) for stop in wish.stop if stop in rest]
    end = min(ends, default=len(rest))
    return Extension(rest[:end], "stop" if ends else "end", tokens=1), rest[end:]


def test_a_whole_reply_is_one_passage_and_nothing_is_none() -> None:
    assert [one.text for one in passages("Tom sells bread, so no.", Points(), whole=True)] == [
        "Tom sells bread, so no."
    ]
    assert passages("  ", Points()) == passages("", Points(), whole=True) == ()
