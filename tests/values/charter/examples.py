"""Charters to test with: one in full dress, and a strategy that draws charters which are in order."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from eudaimon.values import Article, Charter, Precedent, Predicate, Rule, Standard, Tension
from eudaimon.values.charter.checking import faults

FULL = """\
id: mill-lane
version: 3
layer: community
author: the neighbours
context:
  age: number
  consent: flag
  danger: flag
  topic: [health, money, work]
articles:
  - id: own-choice
    value: autonomy
    kind: aspiration
    text: What is a person's own to decide is left to that person.
    rationale: People know their lives best.
  - id: guide
    value: guidance
    kind: aspiration
    text: Who is about to be hurt is told so.
    scope: danger
  - id: no-contempt
    value: care
    kind: floor
    layer: commons
    text: Nobody is told that they are worthless.
    check: {never_say: [you are worthless]}
    standard: {floor: 0.6, aspiration: 0.8}
  - id: quiet
    value: autonomy
    kind: norm
    text: After ten, speak low.
    since: 2026-01-01
    until: 2026-12-31
tensions:
  - id: choice-or-guidance
    between: [own-choice, guide]
    about: autonomy against guidance
    rules:
      - {when: age < 16 and topic is health, prefer: guide}
    otherwise: own-choice
precedents:
  - id: mushrooms
    held: guide
    over: own-choice
    because: danger and age < 10
    context: {danger: true, age: 9, topic: health}
    case: A boy wanted to eat mushrooms that nobody knew.
    asked: May I eat these?
    answer: Do not eat them; nobody here knows them.
    instead_of: As you like.
    on: 2026-03-02
"""

WORDS = {"danger": "flag", "consent": "flag", "age": "number"}
SCOPES = ("", "danger", "danger and consent", "age < 16", "age < 9", "not consent")
CHECKS = (
    None,
    Predicate(never_say=("fool",)),
    Predicate(never_say=("fool", "dolt")),
    Predicate(most_words=9),
    Predicate(most_words=5, must_end_with_punctuation=True),
)
_IDS = ("a", "b", "c", "d")


def articles(kinds: tuple[str, ...] = ("floor", "aspiration", "norm")) -> st.SearchStrategy[Article]:
    """Articles under one of four ids."""
    return st.builds(
        Article,
        id=st.sampled_from(_IDS),
        value=st.sampled_from(("truth", "care")),
        kind=st.sampled_from(kinds),
        text=st.sampled_from(("Be kind.", "Be true.")),
        check=st.sampled_from(CHECKS),
        scope=st.sampled_from(SCOPES),
        priority=st.integers(0, 2),
        standard=st.sampled_from((None, Standard(0.2, 0.6), Standard(0.4, 0.6))),
        until=st.sampled_from((None, date(2027, 1, 1))),
    )


def charters(**options: Any) -> st.SearchStrategy[Charter]:
    """Charters without tensions that are in order."""
    return st.lists(articles(**options), max_size=4, unique_by=lambda one: one.id).map(
        lambda some: Charter("drawn", 1, tuple(some), WORDS)
    )


@st.composite
def full_charters(draw: st.DrawFn) -> Charter:
    """Charters with tensions and precedents too, in order; nothing in them is a floor."""
    some = draw(st.lists(articles(("aspiration", "norm")), min_size=2, max_size=4, unique_by=lambda one: one.id))
    a, b = some[0].id, some[1].id
    rules = draw(st.lists(st.sampled_from(SCOPES[1:]).map(lambda when: Rule(when, a)), max_size=1))
    tension = Tension(draw(st.sampled_from("xy")), (a, b), rules=tuple(rules), otherwise=draw(st.sampled_from(["", b])))
    precedent = Precedent(draw(st.sampled_from("pq")), a, draw(st.sampled_from(["It was so.", "It was not."])), over=b)
    tensions = draw(st.sampled_from([(), (tension,)]))
    precedents = draw(st.sampled_from([(), (precedent,)]))
    made = Charter("drawn", 1, tuple(some), WORDS, tensions, precedents)
    return made if not faults(made) else Charter("drawn", 1, tuple(some), WORDS)
