"""A charter that makes no sense as a whole is refused, with file, line, article and remedy."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values.charter.examples import FULL, charters, full_charters

from eudaimon.errors import FormatError
from eudaimon.values import Charter, read_charter, write_charter
from eudaimon.values.charter import charter_yaml, inspect_charter
from eudaimon.values.charter.schema import PUBLISHED, charter_schema

LINES = FULL.splitlines()


def line(start: str) -> int:
    return 1 + next(index for index, text in enumerate(LINES) if text.strip().startswith(start))


def read(folder: Path, text: str) -> Charter:
    path = folder / "charter.yaml"
    path.write_text(text, encoding="utf-8")
    return read_charter(path)


def test_a_charter_in_full_dress_is_in_order(tmp_path: Path) -> None:
    charter = read(tmp_path, FULL)
    assert [article.layer for article in charter.articles] == ["community", "community", "commons", "community"]
    assert {article.author for article in charter.articles} == {"the neighbours"}
    assert charter.precedents[0].context == {"danger": True, "age": 9, "topic": "health"}


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("otherwise: own-choice", "otherwise: quiet", "- id: choice-or", "prefers 'quiet'.*choose one"),
        (
            "    rationale: People",
            "    over: [gide]\n    rationale: People",
            "rationale:",
            "'gide'.*name one of: own-choice",
        ),
        ("held: guide", "held: gide", "held:", "the precedent 'mushrooms' names 'gide'"),
        ("scope: danger", "scope: dangerous", "scope: danger", "the article 'guide': 'dangerous' is not declared"),
        ("scope: danger", "scope: danger and", "- id: guide", "the scope 'danger and' expects a name"),
        ("scope: danger", "scope: age < 3 and age > 5", "scope: danger", "'guide'.*can hold in no context"),
        ("age < 16 and topic is health", "not danger", "- {when", "never reached.*remove it"),
        ("age < 16 and topic is health", "danger is red", "- {when", "'danger' is yes or no"),
        ("danger: true, age: 9", "danger: true, age: 12", "because:", "its own context does not say so"),
        ("age: 9, topic: health", "age: 9, topic: play", "context: {", "'topic' is 'play'"),
        ("on: 2026-03-02", "on: tomorrow", "on:", "'on': Input should be a valid date"),
        ("since: 2026-01-01", "since: 2027-01-01", "- id: quiet", "'quiet' ends on 2026-12-31, before it begins"),
        ("since: 2026-01-01", "since: 2026-13-01", "since:", "month must be in 1..12; mend the date"),
        ("since: 2026-01-01", "since: 2026", "since:", "valid date"),
        ("id: mushrooms", "id: mush rooms", "- id: mushrooms", "must be one word"),
        ("version: 3", "version: 0", "id: mill-lane", "versions count from 1"),
        ("kind: norm", "kind: custom", "kind: norm", "'kind'"),
        ("layer: commons", "layer: world", "layer: commons", "'layer'"),
        ("topic: [health, money, work]", "topic: mood", "topic:", "'topic'.*mood"),
        ("rationale: People", "ratoinale: People", "rationale:", "'ratoinale' is not known"),
        ("over: own-choice", "over: guide", "- id: mushrooms", "holds 'guide' over itself"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_remedy(
    old: str, new: str, at: str | None, words: str, tmp_path: Path
) -> None:
    assert old in FULL
    with pytest.raises(FormatError, match=words) as caught:
        read(tmp_path, FULL.replace(old, new, 1))
    assert caught.value.path == tmp_path / "charter.yaml"
    assert at is None or caught.value.line == line(at)


def extended(articles: str = "", tensions: str = "") -> str:
    return FULL.replace("tensions:\n", f"{articles}tensions:\n{tensions}")


def floor(name: str, check: str, scope: str = "") -> str:
    return f"  - {{id: {name}, value: v, kind: floor, text: T., check: {{{check}}}, scope: '{scope}'}}\n"


@pytest.mark.parametrize(
    ("articles", "words"),
    [
        (floor("a", "never_say: [sorry]") + floor("b", "must_say: [I am sorry]"), "'a' and 'b' contradict each other"),
        (floor("a", "most_words: 2") + floor("b", "must_say: [I am sorry]"), "is longer than 2 words"),
        (floor("a", "most_words: 2, must_say: [I am sorry]"), "'a' contradicts itself"),
        (
            "  - {id: a, value: v, kind: norm, text: T., over: [no-contempt]}\n",
            r"'a' \(a norm\) go over the floor 'no-contempt'",
        ),
        (
            "  - {id: a, value: v, kind: norm, text: T., over: [b]}\n"
            "  - {id: b, value: v, kind: norm, text: T., over: [c]}\n"
            "  - {id: c, value: v, kind: norm, text: T., over: [a]}\n",
            "precedence is circular: a over b over c over a",
        ),
    ],
)
def test_contradictions_shadowed_floors_and_circles_are_named(articles: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=words) as caught:
        read(tmp_path, extended(articles))
    assert caught.value.line is not None
    assert caught.value.line > line("until:")


def test_contradicting_articles_are_fine_where_their_scopes_never_meet(tmp_path: Path) -> None:
    apart = floor("a", "never_say: [sorry]", "age < 9") + floor("b", "must_say: [I am sorry]", "age > 9")
    assert read(tmp_path, extended(apart)).article("a")


@pytest.mark.parametrize(
    ("tension", "words"),
    [
        ("  - {id: t, between: [quiet, no-contempt], otherwise: quiet}\n", "floors are never traded"),
        ("  - {id: t, between: [no-contempt, a]}\n", "between two floors"),
        ("  - {id: t, between: [b, c]}\n", "can never arise"),
    ],
)
def test_a_tension_that_trades_a_floor_or_never_arises_is_refused(tension: str, words: str, tmp_path: Path) -> None:
    more = floor("a", "never_say: [fool]") + "".join(
        f"  - {{id: {name}, value: v, kind: norm, text: T., scope: {scope}}}\n"
        for name, scope in (("b", "danger"), ("c", "not danger"))
    )
    with pytest.raises(FormatError, match=words):
        read(tmp_path, extended(more, tension))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "charter.yaml"
    text = FULL.replace("scope: danger", "scope: dangerous").replace("because: danger", "because: donger")
    path.write_text(text, encoding="utf-8")
    _, wrong = inspect_charter(path)
    assert [error.line for error in wrong] == [line("scope: danger"), line("because: danger")]


@settings(max_examples=40)
@given(charter=st.one_of(full_charters(), charters()))
def test_what_is_written_reads_back_as_the_same(tmp_path_factory: pytest.TempPathFactory, charter: Charter) -> None:
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    write_charter(path, charter)
    document, _ = inspect_charter(path)
    assert document.value == charter
    assert document.value.digest == charter.digest


def test_days_and_lineage_survive_writing(tmp_path: Path) -> None:
    from eudaimon.values import fork

    charter = fork(read(tmp_path, FULL), "fork")
    assert "since: 2026-01-01" in charter_yaml(charter)
    assert read(tmp_path, charter_yaml(charter)) == charter


def test_the_published_schema_is_the_one_that_the_code_means() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == charter_schema(), (
        "write it anew: python -m eudaimon.values.charter.schema"
    )


def test_the_schema_accepts_what_is_in_order_and_refuses_what_is_not(tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator
    from ruamel.yaml import YAML

    Draft202012Validator.check_schema(charter_schema())
    validator = Draft202012Validator(charter_schema())
    plain = json.loads(json.dumps(YAML(typ="safe", pure=True).load(FULL), default=str))
    assert list(validator.iter_errors(plain)) == []
    assert all("description" in field for field in charter_schema()["properties"].values())
    for part, change in (("articles", [{"id": "a"}]), ("kind", 3), ("context", {"x": "mood"})):
        assert list(validator.iter_errors({**plain, part: change}))
