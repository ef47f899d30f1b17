"""Resolution: what binds, how tensions are settled, what is asked for, and what never matters."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values.charter.test_changes import full

from eudaimon.errors import InputError
from eudaimon.values import Article, Charter, Precedent, Rule, Tension
from eudaimon.values.resolution import resolve

A = Article("a", "autonomy", "aspiration", "Leave it to them.")
B = Article("b", "guidance", "aspiration", "Tell them.")
KINDS = {"danger": "flag", "age": "number", "sober": "flag", "hair": "text"}


def pair(*, a: Article = A, b: Article = B, precedents: tuple[Precedent, ...] = (), **tension: Any) -> Charter:
    return Charter("c", 1, (a, b), KINDS, (Tension("t", ("a", "b"), **tension),), precedents)


def settled(charter: Charter, **context: Any) -> tuple[str, str]:
    (one,) = resolve(charter, context).settled
    return one.winner, one.why


def decided(name: str, held: str, because: str, on: date | None = None) -> Precedent:
    return Precedent(name, held, "So it was.", over="b" if held == "a" else "a", because=because, on=on)


def test_the_first_rule_that_holds_settles_a_tension() -> None:
    charter = pair(rules=(Rule("danger", "b"), Rule("age < 9", "a")), otherwise="a")
    assert settled(charter, danger=True, age=5.0) == ("b", "by the rule 'danger'")
    assert settled(charter, danger=False, age=5.0) == ("a", "by the rule 'age < 9'")
    assert settled(charter, danger=False, age=10.0)[1].startswith("by default")


def test_a_rule_that_may_hold_leaves_it_open_and_says_what_to_ask() -> None:
    (one,) = resolve(pair(rules=(Rule("danger", "b"),), otherwise="a"), {}).settled
    assert one.open
    assert one.asks == ("danger",)


def test_a_rule_that_may_hold_does_not_matter_where_all_ways_lead_to_one() -> None:
    assert settled(pair(rules=(Rule("danger", "b"),), otherwise="b"))[0] == "b"


def test_a_floor_goes_first_whatever_else_is_said() -> None:
    charter = pair(a=replace(A, kind="floor"), b=replace(B, priority=9))
    assert settled(charter) == ("a", "it is a floor, and floors are never traded")


def test_precedence_then_precedent_then_default_then_priority_then_nothing() -> None:
    high = replace(B, priority=2)
    precedent = (decided("p", "b", "danger"),)
    assert settled(pair(a=replace(A, over=("b",)), precedents=precedent), danger=True)[1].startswith("it goes over")
    assert settled(pair(precedents=precedent, otherwise="a"), danger=True)[1].startswith("by the precedent 'p'")
    assert settled(pair(precedents=precedent, otherwise="a", b=high), danger=False)[1].startswith("by default")
    assert settled(pair(b=high), danger=False) == ("b", "by priority, 2 over 0")
    assert settled(pair())[1].endswith("people have to decide")


def test_the_more_special_precedent_leads_then_the_later() -> None:
    wide, narrow = decided("wide", "a", "danger", date(2026, 5, 1)), decided("narrow", "b", "danger and age < 9")
    assert settled(pair(precedents=(wide, narrow)), danger=True, age=5.0)[0] == "b"
    assert settled(pair(precedents=(wide, narrow)), danger=True, age=20.0)[0] == "a"
    later = decided("later", "b", "danger", date(2026, 6, 1))
    assert settled(pair(precedents=(wide, later)), danger=True)[0] == "b"


def test_precedents_that_disagree_with_nothing_between_them_settle_nothing() -> None:
    charter = pair(precedents=(decided("p", "a", "danger"), decided("q", "b", "age < 9")))
    (one,) = resolve(charter, {"danger": True, "age": 5.0}).settled
    assert one.open
    assert "'p' (for 'a') and 'q' (for 'b') disagree" in one.why


def test_a_precedent_whose_ground_is_not_known_to_hold_does_not_carry_over() -> None:
    assert settled(pair(precedents=(decided("p", "b", "danger"),), otherwise="a"))[0] == "a"


def test_a_floor_binds_where_its_scope_is_not_known_and_an_aspiration_asks() -> None:
    charter = pair(a=replace(A, kind="floor", scope="danger"), b=replace(B, scope="danger"))
    found = resolve(charter, {})
    assert [article.id for article in found.binding] == ["a"]
    assert [(article.id, asks) for article, asks in found.unsure] == [("b", ("danger",))]


def test_an_article_binds_from_its_first_day_to_its_sunset(tmp_path: Path) -> None:
    charter = full(tmp_path)
    for day, binds in ((date(2026, 1, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)):
        found = resolve(charter, {"danger": False}, day)
        assert ("quiet" in {article.id for article in found.binding}) is binds
    assert "quiet does not bind: it ended on 2026-12-31" in found.story()


def test_a_trace_names_the_precedent_and_its_ground(tmp_path: Path) -> None:
    found = resolve(full(tmp_path), {"danger": True, "age": 8.0, "topic": "money"})
    assert found.story().splitlines()[-1] == (
        "guide before own-choice: by the precedent 'mushrooms', decided because danger and age < 10: "
        "A boy wanted to eat mushrooms that nobody knew."
    )


def test_a_context_with_unknown_words_is_refused() -> None:
    with pytest.raises(InputError, match="no 'weather'"):
        resolve(pair(), {"weather": True})


SCOPES = st.sampled_from(("", "danger", "age < 9", "danger and sober", "not sober or age > 60"))
CONTEXTS = st.fixed_dictionaries(
    {}, optional={"danger": st.booleans(), "sober": st.booleans(), "age": st.sampled_from((3.0, 9.0, 70.0))}
)


@st.composite
def tense(draw: st.DrawFn) -> Charter:
    rules = draw(st.lists(st.builds(Rule, SCOPES.filter(bool), st.sampled_from("ab")), max_size=2))
    precedents = [decided(n, draw(st.sampled_from("ab")), draw(SCOPES)) for n in draw(st.sampled_from(("", "p", "pq")))]
    a, b = (replace(one, scope=draw(SCOPES), priority=draw(st.integers(0, 1))) for one in (A, B))
    otherwise = draw(st.sampled_from(("", "a", "b")))
    return pair(a=a, b=b, precedents=tuple(precedents), rules=tuple(rules), otherwise=otherwise)


@settings(max_examples=200)
@given(tense(), CONTEXTS, st.text(max_size=5))
def test_a_fact_that_no_scope_looks_at_never_changes_the_outcome(
    c: Charter, context: dict[str, Any], hair: str
) -> None:
    assert resolve(c, {**context, "hair": hair}).outcome == resolve(c, context).outcome


@settings(max_examples=200)
@given(tense(), CONTEXTS)
def test_order_and_wording_never_change_the_outcome(c: Charter, context: dict[str, Any]) -> None:
    other = replace(
        c,
        articles=tuple(replace(one, text="Otherwise said.", rationale="why") for one in reversed(c.articles)),
        precedents=tuple(replace(one, case="Told anew.") for one in reversed(c.precedents)),
        tensions=tuple(replace(one, between=one.between[::-1], about="anew") for one in c.tensions),
    )
    assert resolve(other, context).outcome == resolve(c, context).outcome


@settings(max_examples=200)
@given(tense(), CONTEXTS, CONTEXTS)
def test_what_is_settled_by_what_is_known_stays_so_when_more_is_known(
    c: Charter, context: dict[str, Any], more: dict[str, Any]
) -> None:
    if c.precedents:
        return  # a precedent may turn out to be on point, and is meant to matter then
    known = {one.tension: one.winner for one in resolve(c, context).settled if not one.open}
    later = {one.tension: one.winner for one in resolve(c, {**more, **context}).settled}
    assert all(later[tension] == winner for tension, winner in known.items())
