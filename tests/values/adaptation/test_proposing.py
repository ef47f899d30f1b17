"""Proposals: what cases say that a charter lacks is found, in plain words, and nothing where nothing is lacking."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.errors import FormatError, InputError
from eudaimon.values import Article, Charter, Rule, Tension
from eudaimon.values.adaptation import Dilemma, propose, read_dilemmas
from eudaimon.values.resolution import resolve
from eudaimon.values.scope import parse, truth

A, B = (Article(name, "care", "aspiration", f"{name} first.") for name in ("leave", "tell"))
KINDS: dict[str, Any] = {"danger": "flag", "age": "number", "hair": ("red", "grey")}
CONTEXTS = st.fixed_dictionaries(
    {"danger": st.booleans(), "age": st.sampled_from((5.0, 12.0, 30.0)), "hair": st.sampled_from(("red", "grey"))}
)


def charter(*rules: Rule) -> Charter:
    return Charter("c", 1, (A, B), KINDS, (Tension("t", ("leave", "tell"), rules=rules, otherwise="leave"),))


def decided(contexts: list[dict[str, Any]], told: Callable[[dict[str, Any]], bool]) -> list[Dilemma]:
    pairs = [("tell", "leave") if told(one) else ("leave", "tell") for one in contexts]
    return [Dilemma(str(n), one, *pair) for n, (one, pair) in enumerate(zip(contexts, pairs, strict=True))]


def rightly(made: Charter, cases: list[Dilemma]) -> float:
    found = [resolve(made, case.context).settled[0].winner == case.winner for case in cases]
    return sum(found) / len(found)


EVERY = [{"danger": d, "age": a, "hair": h} for d in (True, False) for a in (5.0, 12.0, 30.0) for h in ("red", "grey")]


def test_a_rule_that_is_lacking_is_found_in_the_charters_own_words() -> None:
    cases = decided(EVERY, lambda one: one["danger"] and one["age"] < 12)
    draft, found = propose(charter(), "t", cases)
    assert [(one.rule, one.decides, one.rightly) for one in found] == [(Rule("danger and age < 12", "tell"), 2, 2)]
    assert rightly(draft, cases) == 1.0


def test_an_exception_goes_before_the_rules() -> None:
    cases = decided(EVERY, lambda one: one["danger"] and one["age"] != 30)
    draft, found = propose(charter(Rule("danger", "tell")), "t", cases)
    assert found[0].place == "first"
    assert rightly(draft, cases) == 1.0


def test_where_nothing_is_lacking_nothing_is_proposed() -> None:
    assert propose(charter(Rule("danger", "tell")), "t", decided(EVERY, lambda one: one["danger"]))[1] == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(CONTEXTS, min_size=8, max_size=30), st.randoms(use_true_random=False))
def test_proposals_never_make_cases_come_out_worse_and_say_truly_what_they_are_worth(
    contexts: list[dict[str, Any]], rng: Any
) -> None:
    cases = decided(contexts, lambda one: rng.random() < 0.5)
    before = charter(Rule("danger", "tell"))
    draft, found = propose(before, "t", cases, most=4)
    assert rightly(draft, cases) == pytest.approx(rightly(before, cases) + sum(one.worth for one in found))
    assert all(any(truth(parse(one.rule.when), case.context) for case in cases) for one in found)


def test_cases_of_other_articles_and_unknown_tensions_are_refused() -> None:
    with pytest.raises(InputError, match="no tension 'x'"):
        propose(charter(), "x", [])
    with pytest.raises(InputError, match="not between leave and tell"):
        propose(charter(), "t", [Dilemma("1", {}, "tell", "sing")])


def test_a_line_that_is_no_case_is_refused_with_its_number(tmp_path: Path) -> None:
    rows = [{"context": {"danger": True}, "winner": "tell", "loser": "leave"}, {"context": {"dagner": True}}]
    path = tmp_path / "cases.jsonl"
    for bad, what in (
        ({"context": {"danger": True}, "winner": "tell"}, "loser"),
        ({**rows[0], "context": {"x": 1}}, "'x'"),
    ):
        path.write_text(f"{json.dumps(rows[0])}\n{json.dumps(bad)}\n")
        with pytest.raises(FormatError, match=rf"cases.jsonl:2: .*{what}"):
            read_dilemmas(path, charter())
