"""Chat JSONL: what is read, and what is refused with file, line, expectation, finding and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from eudaimon.dialogue import Conversation, Message
from eudaimon.dialogue.formats import chat_jsonl
from eudaimon.errors import FormatError, InputError

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
SAID = WORDS.filter(str.strip)
TURNS = st.builds(Message, st.just("user"), SAID) | st.builds(Message, st.just("assistant"), WORDS)
CONVERSATIONS = st.tuples(
    st.lists(st.builds(Message, st.just("system"), WORDS), max_size=1), st.lists(TURNS, min_size=1, max_size=4)
).map(lambda parts: (*parts[0], *parts[1]))

ASKED = Message("user", "is it raining?")
REPLIED = Message("assistant", "no.")


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


@given(conversations=st.lists(CONVERSATIONS, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_again(tmp_path: Path, conversations: list[Conversation]) -> None:
    chat_jsonl.write(tmp_path / "said.jsonl", conversations)
    assert chat_jsonl.read(tmp_path / "said.jsonl") == conversations
    assert [path.name for path in tmp_path.iterdir()] == ["said.jsonl"]


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "is it raining?"}]},
        {"conversations": [{"from": "human", "value": "is it raining?"}]},
        {"conversations": [{"from": "user", "value": "is it raining?"}]},
        {"prompt": "is it raining?"},
        {"prompt": [{"role": "user", "content": "is it raining?"}]},
        {"question": "is it raining?", "id": 7},
    ],
)
def test_every_way_of_saying_it_gives_the_same_conversation(tmp_path: Path, row: object) -> None:
    assert chat_jsonl.read(lines(tmp_path / "said.jsonl", row)) == [(ASKED,)]


def test_a_byte_order_mark_crlf_and_empty_lines_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"prompt": "is it raining?"}\r\n\r\n  \n{"prompt": "is it raining?"}')
    assert chat_jsonl.read(path) == [(ASKED,), (ASKED,)]


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text('{"prompt": "is it\u2028raining?"}', "utf-8")
    assert chat_jsonl.read(path) == [(Message("user", "is it\u2028raining?"),)]


def test_people_are_cut_at_their_last_turn_and_their_turns_can_be_had_alone(tmp_path: Path) -> None:
    said = (Message("system", "notes"), ASKED, REPLIED, Message("user", "sure?"), Message("assistant", "sure."))
    chat_jsonl.write(tmp_path / "said.jsonl", [said, (ASKED,)])
    assert chat_jsonl.people(tmp_path / "said.jsonl") == [said[:4], (ASKED,)]
    assert chat_jsonl.user_turns(said) == ("is it raining?", "sure?")


AFTER = '{"messages": [{"role": "user", "content": "x"}, '


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"prompt": "x"', "expected one JSON object on the line, found.*column"),
        ("[" * 100_000, "expected one JSON object"),
        ('{"prompt": "x", "n": %s}' % ("1" * 5000), "expected integers of at most 4300 digits, found.*shorten them"),
        ('["x"]', "expected a JSON object"),
        ("{}", "expected one of messages, conversations, prompt, question, found an empty object"),
        ('{"text": "x"}', "expected one of messages.*found text; write"),
        ('{"messages": []}', "expected messages to be a list of turns that is not empty"),
        ('{"messages": "x"}', "expected messages to be a list"),
        ('{"prompt": 7}', "expected prompt to be a list"),
        ('{"question": ["x"]}', "turn 1: expected {"),
        ('{"messages": [{"role": "user"}]}', "turn 1: expected {.*give both fields"),
        ('{"messages": [{"role": "tool", "content": "x"}]}', "turn 1: expected role to be one of system, user, assis"),
        ('{"messages": [{"role": "council", "content": "x"}]}', "turn 1: expected role to be one of"),
        ('{"messages": [{"role": ["user"], "content": "x"}]}', "turn 1: expected role to be one of"),
        ('{"conversations": [{"from": "bing", "value": "x"}]}', "turn 1: expected from to be one of"),
        (AFTER + '{"role": "system", "content": "x"}]}', "turn 2: expected a system turn only at the"),
        (
            AFTER + '{"role": "assistant", "content": null}]}',
            "turn 2: expected content to be a string",
        ),
        ('{"messages": [{"role": "user", "content": [{"type": "text"}]}]}', "turn 1: expected content to be a string"),
        ('{"prompt": " "}', "turn 1: expected content of a user to say something"),
        (r'{"prompt": "\ud83d"}', "turn 1: expected content in Unicode, found half of a surrogate pair"),
    ],
)
def test_a_line_that_is_not_in_order_is_named_with_what_was_expected(tmp_path: Path, line: str, expected: str) -> None:
    path = lines(tmp_path / "said.jsonl", {"prompt": "fine"}, "", line)
    with pytest.raises(FormatError, match=expected) as caught:
        chat_jsonl.read(path)
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert str(caught.value).startswith(f"{path}:3: ")


def test_a_byte_that_is_not_utf_8_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_bytes('{"prompt": "fine"}\n{"prompt": "café"}'.encode("latin-1"))
    with pytest.raises(FormatError, match=r":2: expected UTF-8, found byte 0xe9 at column 16; save the file as UTF-8"):
        chat_jsonl.read(path)


@pytest.mark.parametrize("content", ["", "\n\r\n"])
def test_a_file_without_conversations_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(content)
    with pytest.raises(FormatError, match="expected a conversation per line, found none"):
        chat_jsonl.read(path)


def test_a_conversation_in_which_nobody_asks_is_no_day_for_people(tmp_path: Path) -> None:
    path = lines(tmp_path / "said.jsonl", {"messages": [{"role": "assistant", "content": "hello"}]})
    assert chat_jsonl.read(path) == [(Message("assistant", "hello"),)]
    with pytest.raises(FormatError, match=r":1: expected at least one user turn"):
        chat_jsonl.people(path)


@pytest.mark.parametrize("name", ["nothing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        chat_jsonl.read(tmp_path / name)


@pytest.mark.parametrize("bad", [(), (ASKED, Message("council", "a door", "sage"))])
def test_what_the_format_has_no_word_for_is_not_written_and_an_older_file_stays(
    tmp_path: Path, bad: Conversation
) -> None:
    path = tmp_path / "said.jsonl"
    chat_jsonl.write(path, [(ASKED,)])
    with pytest.raises(FormatError, match="without the council"):
        chat_jsonl.write(path, [(ASKED, REPLIED), bad])
    assert chat_jsonl.read(path) == [(ASKED,)]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        chat_jsonl.write(tmp_path / "nowhere" / "said.jsonl", [(ASKED,)])
