"""`charter`: begin, check, compare, fork, merge, go back, ask and compile; and nothing is ever overwritten."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.values import read_charter

Call = Callable[..., Any]


@pytest.fixture
def ours(call: Call, tmp_path: Path) -> Path:
    assert call("charter", "new", tmp_path / "ours.yaml", "--id", "mill-lane").exit_code == 0
    return tmp_path / "ours.yaml"


def changed(path: Path, name: str, *changes: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    other = path.with_name(name)
    other.write_text(text, encoding="utf-8")
    return other


def test_a_new_charter_is_in_order_and_points_editors_to_its_schema(call: Call, ours: Path) -> None:
    head = ours.read_text(encoding="utf-8").splitlines()[0]
    assert head == "# yaml-language-server: $schema=charter.schema.json"
    assert json.loads(ours.with_name("charter.schema.json").read_text(encoding="utf-8"))["properties"]["articles"]
    checked = call("charter", "check", ours)
    assert checked.exit_code == 0
    assert "mill-lane, version 1, is in order" in checked.stdout


def test_what_is_wrong_is_told_with_file_and_line_all_at_once(call: Call, ours: Path) -> None:
    bad = changed(ours, "bad.yaml", ("scope: danger or", "scope: dagner or"), ("because: danger", "because: dngr"))
    result = call("charter", "check", bad)
    assert result.exit_code == 1
    assert [line.split(": ")[0].startswith(f"{bad}:") for line in result.stderr.strip().splitlines()] == [True, True]
    assert "the article 'guidance': 'dagner' is not declared under context" in result.stderr


def test_a_person_cannot_shadow_a_communitys_floor(call: Call, ours: Path) -> None:
    entry = "articles:\n- {id: leave-alone, value: care, kind: norm, text: Never mind.}\n"
    mine = ours.with_name("mine.yaml")
    mine.write_text(f"id: mine\nversion: 1\nlayer: person\n{entry}", encoding="utf-8")
    assert call("charter", "check", mine).exit_code == 0
    result = call("charter", "check", mine, "--under", ours)
    assert result.exit_code == 1
    assert "shadows a floor of mill-lane: 'leave-alone'" in result.stderr


def test_a_difference_is_told_and_a_lowered_floor_makes_it_fail(call: Call, ours: Path) -> None:
    same = call("charter", "diff", ours, ours)
    assert (same.exit_code, same.stdout.strip()) == (0, "they say the same")
    kinder = changed(ours, "kinder.yaml", ("otherwise: own-choice", "otherwise: guidance"))
    told = call("charter", "diff", ours, kinder)
    assert (told.exit_code, told.stdout.strip()) == (
        0,
        "tension 'choice-or-guidance': otherwise was 'own-choice', is 'guidance'",
    )
    laxer = call("charter", "diff", ours, changed(ours, "laxer.yaml", ("most_words: 20", "most_words: 90")))
    assert laxer.exit_code == 1
    assert "lowers a floor: the floor 'leave-alone' allows 90 words instead of 20" in laxer.stderr


def test_a_fork_and_a_merge_bring_both_sides_together(call: Call, ours: Path) -> None:
    hill = ours.with_name("hill.yaml")
    assert call("charter", "fork", ours, hill, "--id", "hill").exit_code == 0
    assert read_charter(hill).parent is not None
    mine = changed(ours, "mine.yaml", ("value: humility", "value: modesty"))
    theirs = changed(ours, "theirs.yaml", ("otherwise: own-choice", "otherwise: guidance"))
    out = ours.with_name("out.yaml")
    assert call("charter", "merge", ours, mine, theirs, out).exit_code == 0
    merged = read_charter(out)
    assert (merged.article("humility").value, merged.tensions[0].otherwise) == ("modesty", "guidance")
    again = call("charter", "merge", ours, mine, theirs, out)
    assert again.exit_code == 1
    assert "nothing is written over" in again.stderr


def test_a_conflict_is_shown_and_nothing_is_written(call: Call, ours: Path) -> None:
    sides = [changed(ours, f"{word}.yaml", ("value: humility", f"value: {word}")) for word in ("modesty", "doubt")]
    result = call("charter", "merge", ours, *sides, ours.with_name("out.yaml"))
    assert result.exit_code == 1
    assert "article 'humility', value: both changed it, differently" in result.stderr
    assert "theirs: doubt" in result.stderr
    assert not ours.with_name("out.yaml").exists()


def test_going_back_stops_at_a_floor_that_came_since(call: Call, ours: Path) -> None:
    kinder = changed(ours, "kinder.yaml", ("otherwise: own-choice", "otherwise: guidance"))
    assert call("charter", "rollback", kinder, ours, ours.with_name("back.yaml")).exit_code == 0
    assert read_charter(ours.with_name("back.yaml")).version == 2
    laxer = changed(ours, "laxer.yaml", ("most_words: 20", "most_words: 90"))
    result = call("charter", "rollback", ours, laxer, ours.with_name("never.yaml"))
    assert result.exit_code == 1
    assert not ours.with_name("never.yaml").exists()


def test_a_context_is_explained_step_by_step(call: Call, ours: Path) -> None:
    result = call("charter", "explain", ours, "--in", "danger")
    assert result.exit_code == 0
    assert result.stdout.strip().splitlines()[-1] == "guidance before own-choice: by the rule 'danger'"
    wrong = call("charter", "explain", ours, "--in", "dagner")
    assert wrong.exit_code == 1
    assert "the context has no 'dagner'" in wrong.stderr


def test_a_charter_is_compiled_and_what_becomes_nothing_is_told(call: Call, ours: Path) -> None:
    idle = changed(ours, "idle.yaml", ("text: What is begun", "standard: {floor: 0.2}\n    text: What is begun"))
    result = call("charter", "compile", idle, ours.with_name("compiled"))
    assert result.exit_code == 0
    assert "4 rewards, 4 filters, 2 items, 1 pauses" in result.stdout
    assert "becomes nothing: article 'whole-sentences', standard: code checks the article" in result.stdout


def test_decided_cases_become_proposals_and_the_next_version(call: Call, ours: Path) -> None:
    cases = [
        {"context": {"danger": danger, "asked_for_advice": asked}, "winner": one, "loser": other}
        for danger in (True, False)
        for asked in (True, False)
        for one, other in [("guidance", "own-choice") if danger or asked else ("own-choice", "guidance")]
    ]
    path, out = ours.with_name("cases.jsonl"), ours.with_name("ours-2.yaml")
    path.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    done = call("charter", "propose", ours, path, "--tension", "choice-or-guidance", "--out", out)
    assert done.exit_code == 0, done.output
    assert "when asked_for_advice: guidance (last; changes 1 cases, 1 of them rightly; +25.0%)" in done.stdout
    assert read_charter(out).version == 2
