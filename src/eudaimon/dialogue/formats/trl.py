"""Signals as TRL's columns, and back.

Three forms, all conversational (lists of messages), so that TRL applies the model's own chat template:

    preference    `prompt`, `chosen`, `rejected`   DPOTrainer and its kin
    completion    `prompt`, `completion`           SFTTrainer, loss on the completion
    messages      `messages`                       SFTTrainer, and most other trainers

An open reply at the end of a signal's prompt cannot stay in the `prompt` column: TRL renders an assistant message there
as a finished turn and begins another after it. It is therefore put in front of the completions, where it stands in
the text that is trained on just as it was said, and kept in the column `open_reply` (null where there was none), from
which `read` restores the prompt. In DPO's loss the shared beginning cancels out of the difference of log-ratios; in
supervised training it is learned along, which is sound because the council had let it pass. Chat templates close the
reply after every completion, so a completion should go on to the end of the reply: one that stops at a clause would
teach the model to stop there.

The columns `id`, `night`, `kind`, `episode`, `margin` and `reason` say where a row came from; TRL ignores them. The
supervised forms hold what is to be learned and nothing else: a pair's rejected side is not in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from eudaimon.dialogue.formats.lines import read_lines, write_lines
from eudaimon.dialogue.message import Conversation, Message, open_reply, with_reply
from eudaimon.dialogue.plainjson import from_json
from eudaimon.dialogue.signal import Signal
from eudaimon.errors import FormatError

Form = Literal["preference", "completion", "messages"]
Row = dict[str, Any]
ORIGIN = ("id", "night", "kind", "episode", "margin", "reason")


def rows(signals: Iterable[Signal], form: Form) -> list[Row]:
    """One row per signal, ready for `datasets.Dataset.from_list`.

    Raises:
        FormatError: a signal has nothing before its completion, or a preference has no rejected side.
    """
    signals = list(signals)
    # Arrow wants one schema for a file: council turns need two more fields, and then all turns get them.
    council = any(message.role == "council" for signal in signals for message in signal.prompt)
    return [_row(signal, form, council) for signal in signals]


def write(path: str | Path, signals: Iterable[Signal], form: Form) -> None:
    """Write `rows` as JSON lines, which `datasets.load_dataset("json", ...)` reads.

    Raises:
        FormatError: as `rows`.
        InputError: the file cannot be written.
    """
    write_lines(path, rows(signals, form))


def read(path: str | Path) -> list[Signal]:
    """The signals that `write` wrote, whatever the form.

    Raises:
        InputError: the file cannot be read.
        FormatError: a line lacks a column, or a column is not what `write` puts there.
    """
    return [_located(row, path, line) for line, row in read_lines(path)]


def signal_of(row: Mapping[str, Any]) -> Signal:
    """The signal that a row of `rows` (or of the `Dataset` made of them) stands for.

    Raises:
        FormatError: a column is missing or malformed.
    """
    before, chosen, rejected = _parts(row)
    origin = {column: _column(row, column) for column in ORIGIN}
    opened = _column(row, "open_reply")
    if not isinstance(opened, str | None):
        raise FormatError(
            f"expected open_reply to be a text or null, found {opened!r:.40}; write rows with this module"
        )
    prompt = before if opened is None else with_reply(before, opened)
    texts = {"chosen": _after(opened or "", chosen), "rejected": _after(opened or "", rejected) if rejected else ""}
    return from_json(Signal, {**origin, "prompt": [_turn(message, council=True) for message in prompt], **texts})


def _row(signal: Signal, form: Form, council: bool) -> Row:
    is_open = bool(signal.prompt) and signal.prompt[-1].role == "assistant"
    prompt = [_turn(message, council) for message in (signal.prompt[:-1] if is_open else signal.prompt)]
    if not prompt:
        raise FormatError(f"signal {signal.id}: expected a turn before the reply, found none; leave the signal out")
    if form == "preference" and not signal.rejected:
        raise FormatError(f"signal {signal.id}: expected a rejected side, found none; write it as a completion")
    chosen, rejected = (
        [_turn(Message("assistant", open_reply(signal.prompt) + text), council)]
        for text in (signal.chosen, signal.rejected)
    )
    sides: dict[Form, Row] = {
        "preference": {"prompt": prompt, "chosen": chosen, "rejected": rejected},
        "completion": {"prompt": prompt, "completion": chosen},
        "messages": {"messages": prompt + chosen},
    }
    origin = {column: getattr(signal, column) for column in ORIGIN} | {"kind": str(signal.kind)}
    return {**sides[form], **origin, "open_reply": open_reply(signal.prompt) if is_open else None}


def _parts(row: Mapping[str, Any]) -> tuple[Conversation, str, str]:
    """What was said before, the reply to learn, and the one to unlearn where the form has one."""
    if "messages" in row:
        *before, last = _conversation(row, "messages")
        return tuple(before), last.content, ""
    prompt = _conversation(row, "prompt")
    if "completion" in row:
        return prompt, _conversation(row, "completion")[-1].content, ""
    return prompt, _conversation(row, "chosen")[-1].content, _conversation(row, "rejected")[-1].content


def _turn(message: Message, council: bool) -> dict[str, str]:
    plain = {"role": str(message.role), "content": message.content}
    return {**plain, "name": message.name, "verdict": message.verdict} if council else plain


def _located(row: Row, path: str | Path, line: int) -> Signal:
    try:
        return signal_of(row)
    except FormatError as error:
        raise FormatError(str(error), path=path, line=line) from error


def _column(row: Mapping[str, Any], column: str) -> Any:
    if column not in row:
        raise FormatError(f"expected a column {column}, found {', '.join(row) or 'none'}; write rows with this module")
    return row[column]


def _conversation(row: Mapping[str, Any], column: str) -> Conversation:
    said = _column(row, column)
    if not isinstance(said, list) or not said:
        raise FormatError(
            f"expected {column} to be a list of messages, found {said!r:.60}; write rows with this module"
        )
    return from_json(tuple[Message, ...], said)


def _after(opened: str, text: str) -> str:
    if not text.startswith(opened):
        raise FormatError(f"expected a completion to begin with open_reply {opened!r:.40}, found {text!r:.40}")
    return text[len(opened) :]
