"""Scopes: what may be written, what it means, what is not known, and what can be decided for all contexts at once."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.errors import InputError
from eudaimon.values.scope import (
    AllOf,
    AnyOf,
    Compared,
    Flag,
    Has,
    In,
    Not,
    Term,
    check_term,
    implies,
    merged,
    names,
    parse,
    read_context,
    satisfiable,
    truth,
)

KINDS = {"age": "number", "consent": "flag", "topic": ("health", "money", "work"), "roles": "words", "place": "text"}
CONTEXTS = [
    {"age": age, "consent": consent, "topic": topic, "roles": frozenset(roles), "place": place}
    for age, consent, topic, roles, place in itertools.product(
        (1.0, 2.0, 2.5, 3.0, 4.0),
        (True, False),
        KINDS["topic"],
        ((), ("nurse",), ("judge",), ("nurse", "judge")),
        "abz",
    )
]

ATOMS = st.one_of(
    st.just(Flag("consent")),
    st.builds(
        Compared, st.just("age"), st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), st.sampled_from((2.0, 3.0))
    ),
    st.builds(Compared, st.just("topic"), st.sampled_from(("=", "!=")), st.sampled_from(KINDS["topic"])),
    st.builds(In, st.just("place"), st.sampled_from((("a",), ("a", "b")))),
    st.builds(Has, st.just("roles"), st.sampled_from(("nurse", "judge"))),
)
TERMS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("", {}, True),
        ("consent", {"consent": True}, True),
        ("not consent", {"consent": True}, False),
        ("age<16", {"age": 12.0}, True),
        ("age >= 16 or consent", {"age": 12.0, "consent": False}, False),
        ("topic is health", {"topic": "health"}, True),
        ("topic is not health", {"topic": "health"}, False),
        ("topic = 'money'", {"topic": "money"}, True),
        ("topic in (health, money)", {"topic": "work"}, False),
        ("topic not in (health, money)", {"topic": "work"}, True),
        ("roles has nurse", {"roles": frozenset({"nurse"})}, True),
        ("consent or not (age < 3 and roles has judge)", {"consent": False, "age": 2.0, "roles": frozenset()}, True),
        ("consent is false", {"consent": False}, True),
        ("age < -1.5", {"age": -2.0}, True),
    ],
)
def test_a_scope_means_what_it_reads_like(text: str, context: dict[str, object], expected: bool) -> None:
    assert truth(parse(text), context) is expected


def test_and_binds_closer_than_or() -> None:
    assert parse("consent or age < 2 and age < 3") == AnyOf(
        (Flag("consent"), AllOf((Compared("age", "<", 2.0), Compared("age", "<", 3.0))))
    )


@pytest.mark.parametrize("known", [None, True, False])
def test_what_is_not_known_stays_open_only_where_it_matters(known: bool | None) -> None:
    context = {} if known is None else {"consent": known}
    assert truth(parse("consent and age < 2"), {**context, "age": 3.0}) is False
    assert truth(parse("consent or age < 2"), {**context, "age": 1.0}) is True
    assert truth(parse("consent"), context) is known
    assert truth(parse("not consent"), context) is (None if known is None else not known)


@pytest.mark.parametrize(
    "text",
    ["age <", "and consent", "consent consent", "(consent", "age < 16)", "age ? 3", "in (a)", "topic in ()", "1 < age"],
)
def test_what_is_no_scope_is_refused_with_the_place_and_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"at character \d+, but finds .*; write it like"):
        parse(text)


def test_code_in_a_scope_is_text_that_does_not_parse() -> None:
    with pytest.raises(ValueError, match="expects"):
        parse("__import__('os').system('true')")


def test_a_scope_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="nested more than"):
        parse("(" * 5000 + "consent" + ")" * 5000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aeg < 3", "'aeg' is not declared.*known: age, consent"),
        ("age is young", "'age' is a number, not 'young'"),
        ("consent < 3", "'consent' is yes or no"),
        ("topic is weather", "one of health, money, work, not 'weather'"),
        ("roles is nurse", "write 'roles has WORD'"),
        ("place has nurse", "'place' is a word"),
        ("topic", "write 'topic is health'"),
    ],
)
def test_a_name_or_value_that_the_vocabulary_does_not_know_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_term(parse(text), KINDS)


def test_a_context_is_read_from_one_line_and_checked() -> None:
    assert read_context("age=14, not consent, topic=health, roles=nurse+judge, place=the mill", KINDS) == {
        "age": 14.0,
        "consent": False,
        "topic": "health",
        "roles": frozenset({"nurse", "judge"}),
        "place": "the mill",
    }
    for wrong in ("aeg=3", "age=young", "topic=weather", "consent=maybe"):
        with pytest.raises(InputError):
            read_context(wrong, KINDS)


def test_vocabularies_unite_unless_one_name_means_two_things() -> None:
    assert merged({"topic": ("a", "b")}, {"topic": ("b", "c"), "x": "flag"}) == {"topic": ("a", "b", "c"), "x": "flag"}
    with pytest.raises(ValueError, match="'x' is yes or no in one context and a number in another"):
        merged({"x": "flag"}, {"x": "number"})


@given(TERMS)
def test_a_term_can_hold_exactly_if_some_context_makes_it_hold(term: Term) -> None:
    assert satisfiable(term, KINDS) is any(truth(term, context) for context in CONTEXTS)


@given(TERMS, TERMS)
def test_one_term_implies_another_exactly_if_no_context_tells_them_apart(a: Term, b: Term) -> None:
    assert implies(a, b, KINDS) is all(truth(b, context) for context in CONTEXTS if truth(a, context))


@given(TERMS, st.sampled_from(CONTEXTS), st.sets(st.sampled_from(sorted(KINDS))))
def test_knowing_more_never_overturns_what_was_known(term: Term, context: dict[str, object], hidden: set[str]) -> None:
    less = truth(term, {name: value for name, value in context.items() if name not in hidden})
    assert less is None or less is truth(term, context)


@given(TERMS)
def test_a_term_looks_at_nothing_but_its_names(term: Term) -> None:
    for context in CONTEXTS[:5]:
        seen = {name: value for name, value in context.items() if name in names(term)}
        assert truth(term, seen) is truth(term, context)
