"""Dataclasses as JSON values and back."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from eudaimon.dialogue import (
    Comment,
    Decision,
    Episode,
    GateReport,
    Message,
    Night,
    Passage,
    PersonaRecord,
    Reflection,
    Seal,
    Signal,
)
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import FormatError

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
FIGURES = st.dictionaries(TEXTS, NUMBERS, max_size=2)
MESSAGES = st.builds(Message, content=TEXTS, name=TEXTS, verdict=TEXTS)
CONVERSATIONS = st.lists(MESSAGES, max_size=3).map(tuple)
COMMENTS = st.lists(st.builds(Comment, TEXTS, TEXTS, st.tuples(NUMBERS, NUMBERS, NUMBERS), TEXTS), max_size=2).map(
    tuple
)
PASSAGES = st.builds(Passage, TEXTS, TEXTS, TEXTS)
DECISIONS = st.builds(Decision, passage=PASSAGES, comments=COMMENTS, dissent=COMMENTS)
REFLECTIONS = st.lists(st.builds(Reflection, decision=DECISIONS), max_size=2).map(tuple)
VISIBLE = st.dictionaries(TEXTS, VALUES, max_size=2)
THINGS = st.one_of(
    st.builds(Episode, messages=CONVERSATIONS, reflections=REFLECTIONS, visible=VISIBLE),
    st.builds(Signal, prompt=CONVERSATIONS, margin=NUMBERS),
    st.builds(Night, figures=FIGURES, gate=st.none() | st.builds(GateReport, figures=FIGURES)),
    st.builds(PersonaRecord),
    st.builds(Seal),
)


@given(thing=THINGS)
@settings(max_examples=100, deadline=None)
def test_every_dataclass_comes_back_equal_through_a_json_text(thing: object) -> None:
    assert from_json(type(thing), json.loads(json.dumps(to_json(thing)))) == thing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"role": "user"}, "Message, field content: Field required"),
        ({"role": "tool", "content": ""}, "Message, field role: .*'council'; found 'tool'"),
        ({"role": "user", "content": 7}, "Message, field content: Input should be a valid string; found 7"),
        ("hello", "Message, field value: "),
    ],
)
def test_what_is_no_such_thing_is_refused_by_field(value: object, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        from_json(Message, value)
