"""Chat JSONL, as fine-tuning services and corpora use it: one conversation per line.

A line may say it in four ways:

    {"messages": [{"role": "user", "content": "is it raining?"}, ...]}       OpenAI, TRL
    {"conversations": [{"from": "human", "value": "is it raining?"}, ...]}   ShareGPT
    {"prompt": "is it raining?"}                                             a bare prompt (or a list of messages)
    {"question": "is it raining?"}                                           a bare question

`"person"` may name who talks, by a public key; other keys are ignored. A file is read as a whole or not at all: the
first line that is not in order raises `FormatError` with the file, the line, what was expected, what was found and the
remedy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from eudaimon.dialogue.formats.lines import read_lines, write_lines
from eudaimon.dialogue.message import Conversation, Message, Role
from eudaimon.errors import FormatError

ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
SPEAKERS: Mapping[str, Role] = {**ROLES, "human": "user", "gpt": "assistant"}
KEYS = ("messages", "conversations", "prompt", "question")


def read(path: str | Path) -> list[Conversation]:
    """All conversations of a file, in its order.

    Raises:
        InputError: the file cannot be read.
        FormatError: a line is not in order, or there is no conversation at all.
    """
    return [conversation for _, conversation in _numbered(path)]


def people(path: str | Path) -> list[Conversation]:
    """What persons said: each conversation up to and with its last user turn (`user_turns` gives their turns alone).

    Raises:
        InputError: the file cannot be read.
        FormatError: a line is not in order, or nobody asks anything in it.
    """
    return [_cut(conversation, path, line) for line, conversation in _numbered(path)]


def persons(path: str | Path) -> list[str]:
    """Who talks in each conversation of a file (`"person"`), in its order; empty where a line does not say.

    Raises:
        InputError, FormatError: as for `people`, or a person is not named by a text.
    """
    found = [(line, row.get("person", "")) for line, row in read_lines(path)]
    for line, who in found:
        if not isinstance(who, str):
            raise FormatError(
                f"expected person to be a text, found {who!r:.40}; write their public key", path=path, line=line
            )
    return [who for _, who in found]


def user_turns(conversation: Conversation) -> tuple[str, ...]:
    """The person's words in order, for a day that lives the conversation anew."""
    return tuple(message.content for message in conversation if message.role == "user")


def write(path: str | Path, conversations: Iterable[Conversation]) -> None:
    """Write `{"messages": [...]}` lines; `read` gives back what was written.

    Raises:
        FormatError: a conversation is empty or holds a council turn, for which this format has no word.
        InputError: the file cannot be written. An older file of that name is then left as it was.
    """
    write_lines(path, [{"messages": _plain(conversation, path)} for conversation in conversations])


def _numbered(path: str | Path) -> list[tuple[int, Conversation]]:
    found = [(line, _conversation(row, path, line)) for line, row in read_lines(path)]
    if not found:
        raise FormatError(f"expected a conversation per line, found none; write {_example()}", path=path)
    return found


def _conversation(row: Mapping[str, Any], path: str | Path, line: int) -> Conversation:
    key = next((key for key in KEYS if key in row), None)
    if key is None:
        keys = ", ".join(row) or "an empty object"
        raise FormatError(f"expected one of {', '.join(KEYS)}, found {keys}; write {_example()}", path=path, line=line)
    said = row[key]
    if key in ("prompt", "question") and isinstance(said, str):
        said = [{"role": "user", "content": said}]
    if not isinstance(said, list) or not said:
        what = f"expected {key} to be a list of turns that is not empty, found {said!r:.60}; write {_example()}"
        raise FormatError(what, path=path, line=line)
    return tuple(_turns(said, path, line, *(("from", "value") if key == "conversations" else ("role", "content"))))


def _turns(said: list[Any], path: str | Path, line: int, who: str, words: str) -> Iterator[Message]:
    roles = SPEAKERS if who == "from" else ROLES
    for place, turn in enumerate(said, start=1):
        flaw = _flaw(turn, place, who, words, roles)
        if flaw:
            raise FormatError(f"turn {place}: {flaw}", path=path, line=line)
        yield Message(roles[turn[who]], turn[words])


def _flaw(turn: Any, place: int, who: str, words: str, roles: Mapping[str, Role]) -> str:
    """Why this turn cannot be used; empty where it can."""
    if not isinstance(turn, dict) or not {who, words} <= turn.keys():
        return f'expected {{"{who}": ..., "{words}": ...}}, found {turn!r:.80}; give both fields'
    if not isinstance(turn[who], str) or turn[who] not in roles:
        return f"expected {who} to be one of {', '.join(roles)}, found {turn[who]!r:.40}; rename it or drop the turn"
    if roles[turn[who]] == "system" and place > 1:
        return "expected a system turn only at the start, found one later; move it to the first place"
    return _flaw_in_text(turn[words], words, may_be_empty=roles[turn[who]] != "user")


def _flaw_in_text(text: Any, words: str, may_be_empty: bool) -> str:
    if not isinstance(text, str):
        return f"expected {words} to be a string, found {text!r:.60}; join its parts into one text"
    if not may_be_empty and not text.strip():
        return f"expected {words} of a user to say something, found {text!r:.20}; drop the turn"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return f"expected {words} in Unicode, found half of a surrogate pair; write the text anew as UTF-8"
    return ""


def _cut(conversation: Conversation, path: str | Path, line: int) -> Conversation:
    for end in range(len(conversation), 0, -1):
        if conversation[end - 1].role == "user":
            return conversation[:end]
    raise FormatError(
        "expected at least one user turn, found none; drop the line or add what was asked", path=path, line=line
    )


def _plain(conversation: Conversation, path: str | Path) -> list[dict[str, str]]:
    if not conversation or any(message.role == "council" for message in conversation):
        what = "expected conversations of system, user and assistant turns, found an empty one or a council turn"
        raise FormatError(f"{what}; write what was said, without the council", path=path)
    return [{"role": cast(str, message.role), "content": message.content} for message in conversation]


def _example() -> str:
    return '{"messages": [{"role": "user", "content": "..."}]}'
