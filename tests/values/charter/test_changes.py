"""What changed between charters, and whether a floor was lowered by it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values.charter.examples import FULL, WORDS, charters, full_charters

from eudaimon.values import Article, Charter, Predicate, Standard, apply, diff, lowered, read_charter


def full(folder: Path, *changes: tuple[str, str]) -> Charter:
    text = FULL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "charter.yaml"
    path.write_text(text, encoding="utf-8")
    return read_charter(path)


FLOOR = Article(
    "kind",
    "care",
    "floor",
    "Be kind.",
    check=Predicate(never_say=("fool", "dolt"), most_words=9, must_end_with_punctuation=True),
    acts=("ring",),
    scope="danger",
    standard=Standard(0.4, 0.6),
    criteria=("It is kind.",),
)


def one(article: Article) -> Charter:
    return Charter("one", 1, (article,), WORDS)


@settings(max_examples=40)
@given(full_charters(), full_charters())
def test_making_the_changes_turns_the_one_into_what_the_other_says(a: Charter, b: Charter) -> None:
    made = apply(diff(a, b), a)
    assert diff(made, b) == ()
    assert made.digest == replace(b, id=a.id, version=a.version).digest


@settings(max_examples=40)
@given(full_charters(), st.randoms())
def test_order_is_no_change_and_leaves_the_digest_alone(charter: Charter, rng: Any) -> None:
    mixed = list(charter.articles)
    rng.shuffle(mixed)
    other = replace(charter, articles=tuple(mixed))
    assert diff(charter, other) == ()
    assert other.digest == charter.digest


@settings(max_examples=40)
@given(full_charters(), full_charters())
def test_two_charters_have_one_digest_only_if_they_say_the_same(a: Charter, b: Charter) -> None:
    assert (a.digest == b.digest) is (diff(a, b) == ())


def test_changes_are_told_in_plain_words(tmp_path: Path) -> None:
    old = full(tmp_path)
    new = full(
        tmp_path,
        ("kind: norm", "kind: aspiration"),
        ("age: number", "age: number\n  night: flag"),
        ("    otherwise: own-choice\n", ""),
    )
    assert [str(change) for change in diff(old, new)] == [
        "article 'quiet': kind was 'norm', is 'aspiration'",
        "tension 'choice-or-guidance': otherwise was 'own-choice', is nothing",
        "the context's word 'night' is added",
    ]


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ({"kind": "norm"}, "becomes a mere norm"),
        ({"layer": "person"}, "is the person's instead of the community's"),
        ({"scope": "danger and consent"}, "no longer binds wherever it did"),
        ({"until": date(2027, 1, 1)}, "ends on 2027-01-01"),
        ({"since": date(2027, 1, 1)}, "begins only on 2027-01-01"),
        ({"check": None}, "has lost its check"),
        ({"check": replace(FLOOR.check, never_say=("fool",))}, "no longer forbids 'dolt'"),
        ({"check": replace(FLOOR.check, most_words=12)}, "allows 12 words instead of 9"),
        ({"check": replace(FLOOR.check, most_words=0)}, "allows any number of words instead of 9"),
        ({"check": replace(FLOOR.check, must_end_with_punctuation=False)}, "no longer asks for whole sentences"),
        ({"check": replace(FLOOR.check, when=("oh",))}, "applies after fewer turns"),
        ({"acts": ()}, "no longer pauses before ring"),
        ({"standard": Standard(0.3, 0.6)}, "is content with a score of 0.3 instead of 0.4"),
    ],
)
def test_a_floor_that_asks_for_less_is_found_with_how(change: dict[str, Any], how: str) -> None:
    found = lowered(one(FLOOR), one(replace(FLOOR, **change)))
    assert [(low.article, low.certain) for low in found] == [("kind", True)]
    assert how in found[0].how


@pytest.mark.parametrize(
    "change",
    [
        {"layer": "commons"},
        {"scope": "danger or age < 9"},
        {"scope": ""},
        {"scope": "not (not danger)"},
        {"check": replace(FLOOR.check, never_say=("fool", "dolt", "ass"))},
        {"check": replace(FLOOR.check, never_say=("FOOL", " dolt"))},
        {"check": replace(FLOOR.check, most_words=5)},
        {"standard": Standard(0.6, 0.6)},
        {"acts": ("ring", "shout")},
        {"rationale": "It is good.", "priority": 3, "author": "Ann"},
    ],
)
def test_a_floor_that_asks_for_as_much_or_more_is_not_lowered(change: dict[str, Any]) -> None:
    assert lowered(one(FLOOR), one(replace(FLOOR, **change))) == ()


@pytest.mark.parametrize("change", [{"text": "Be kind, at times."}, {"criteria": ()}, {"value": "manners"}])
def test_a_floor_in_other_words_is_for_people_to_judge(change: dict[str, Any]) -> None:
    (found,) = lowered(one(FLOOR), one(replace(FLOOR, **change)))
    assert not found.certain


def test_a_scope_that_cannot_be_compared_counts_as_narrowed() -> None:
    other = replace(one(replace(FLOOR, scope="danger < 3")), context={**WORDS, "danger": "number"})
    (found,) = lowered(one(FLOOR), other)
    assert found.certain
    assert "'danger' is yes or no in one context and a number in another" in found.how
    elsewhere = replace(one(FLOOR), context={**WORDS, "age": "flag"})
    assert lowered(one(FLOOR), elsewhere) == ()
    assert "is deleted" in lowered(one(FLOOR), replace(other, articles=()))[0].how


@settings(max_examples=40)
@given(charters())
def test_every_deleted_floor_is_found(charter: Charter) -> None:
    assert {low.article for low in lowered(charter, replace(charter, articles=()))} == {f.id for f in charter.floors}
    assert lowered(charter, charter) == ()


@settings(max_examples=40)
@given(charters(kinds=("floor",)), charters(kinds=("floor",)), charters(kinds=("floor",)))
def test_what_lowers_no_floor_in_two_steps_lowers_none_in_one(a: Charter, b: Charter, c: Charter) -> None:
    if not lowered(a, b) and not lowered(b, c):
        assert not lowered(a, c)


@settings(max_examples=40)
@given(charters(kinds=("floor",)), charters(kinds=("floor",)), st.sampled_from(("you dolt", "fool.", "aye.", "a " * 7)))
def test_where_no_floor_is_lowered_whatever_broke_one_still_does(a: Charter, b: Charter, said: str) -> None:
    from eudaimon.dialogue import Message
    from eudaimon.values import floors

    talk = (Message("assistant", said),)
    if not lowered(a, b):
        assert {f.id for f in floors(a)(talk)} <= {f.id for f in floors(b)(talk)}
