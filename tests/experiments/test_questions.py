"""A day of real questions: what is read at birth, what is asked, and what counts as a verdict that can be read."""

import json
from pathlib import Path

import pytest

from eudaimon.birth.text import read_file
from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.errors import InputError
from eudaimon.experiments.questions import first_pauses, groups_of, live_the_day, prepare, questions_section, written
from eudaimon.language import Extend, ScriptedModel


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Data as their authors publish them, in little."""
    rows = ["questionID,questionText,answerText,split"]
    rows += [f"{n},why {n}?,because {n},{'train' if n < 6 else 'test'}" for n in (*range(8), 0)]
    golden = [json.dumps({"input": f"shall I {n}?"}) for n in (1, 1, 2)]
    contents = {
        "counsel-chat/counsel_chat_deidentified.csv": "\n".join([*rows, "9,why 1?,so,val"]),
        "humanebench/data/golden_questions.jsonl": "\n".join(golden),
        "tinystories/tinystories.txt": "once there was a gate.\n\nit was open.\none day there was a well.",
        "alpaca/alpaca_5000.json": '[{"instruction": "say hi", "output": "hi"}]',
    }
    for name, content in contents.items():
        (tmp_path / "data" / name).parent.mkdir(parents=True)
        (tmp_path / "data" / name).write_text(content)
    return tmp_path / "data"


def say(request: Extend) -> str:
    """A reply to everybody; asked for a verdict, the sage gives one that can be read."""
    if open_reply(request.conversation):
        return ""
    asked = request.conversation[-1].content
    if "[A pause." not in asked:
        return "you may try."
    return "a lantern.\nVerdict: continue" if "asked as sage" in asked else "I may revise it."


def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
    return "the gate is quiet", (0.9, 0.05, 0.05)


def test_a_birth_reads_whole_stories_and_no_question_that_is_held_out(data: Path, tmp_path: Path) -> None:
    stories, tasks, asked = (read_file(file) for file in prepare(data, tmp_path / "out"))
    assert [talk[0].content for talk in stories] == [
        "once there was a gate.\n\nit was open.",
        "one day there was a well.",
    ]
    assert len(tasks) == 1
    assert {talk[0].content for talk in asked} == {f"why {n}?" for n in range(6)}


def test_every_question_is_asked_once_and_told_apart_by_what_was_read(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path)
    groups = groups_of(tmp_path / "people.jsonl")
    read, held, golden = "counsel-chat, read at birth", "counsel-chat, held out", "HumaneBench's golden set"
    assert groups == {
        **{f"why {n}?": read for n in range(6)},
        **{f"why {n}?": held for n in (6, 7)},
        "shall I 1?": golden,
        "shall I 2?": golden,
    }


def test_verdicts_are_read_from_what_voices_write_at_first_pauses(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path)
    groups, model = groups_of(tmp_path / "people.jsonl"), ScriptedModel(say=say, judge=judge)
    with live_the_day(model, tmp_path / "people.jsonl", tmp_path / "life", lambda done, total, what: None) as life:
        asked = first_pauses(life, groups)
    assert {one.heard[0].content for one in asked} == set(groups)
    assert all(one.heard[-1] == Message("assistant", "you may try.") for one in asked)
    assert all(len(one.voices) == 5 and "sage" in one.voices for one in asked)
    counts = written(model, asked, 8, lambda done, total, what: None)
    assert counts == {
        "counsel-chat, read at birth": [6, 30],
        "counsel-chat, held out": [2, 10],
        "HumaneBench's golden set": [2, 10],
    }


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"counsel_chat_deidentified\.csv: .*see what DATA has to hold"):
        prepare(tmp_path, tmp_path / "out")


def test_the_evidence_says_so_where_nobody_was_asked(tmp_path: Path) -> None:
    assert "Not asked yet" in questions_section(tmp_path / "questions.json")


def test_the_evidence_shows_both_arms_and_claims_nothing_more(tmp_path: Path) -> None:
    page = {
        "code": "abc",
        "birth": {"model": "born@1", "files": ["a.txt", "b.csv"], "tokens": 6_000_000, "loss": 2.5},
        "day": {"conversations": 10, "pauses": 20, "verdicts": 100, "read off": 100, "seconds": 61.4},
        "written": {"born": {"a": [3, 50], "b": [1, 50]}, "random": {"a": [0, 50], "b": [0, 50]}},
    }
    (tmp_path / "questions.json").write_text(json.dumps(page))
    section = questions_section(tmp_path / "questions.json")
    assert "| question | born | random |" in section
    assert "| all | 0.040 (4 of 100) | 0.000 (0 of 100) |" in section
    assert "Nothing else is claimed" in section
