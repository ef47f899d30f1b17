"""What each method needs of a row, checked row by row before anything is trained.

    sft      `messages`, or `prompt` and `completion`, or `text`
    dpo      `chosen` and `rejected`, with or without `prompt`
    reward   as dpo
    rlhf     `prompt`; all other columns are handed to the reward functions

A text is a string, or a list of messages with `role` and `content` (TRL's conversational form).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eudaimon.training.drivers.plan import Method
from eudaimon.training.drivers.rows import Row

FORMS: dict[Method, tuple[tuple[str, ...], ...]] = {
    "sft": (("messages",), ("prompt", "completion"), ("text",)),
    "dpo": (("prompt", "chosen", "rejected"), ("chosen", "rejected")),
    "reward": (("prompt", "chosen", "rejected"), ("chosen", "rejected")),
    "rlhf": (("prompt",),),
}
SCORES = ("score_chosen", "score_rejected")


def checked(rows: Sequence[Row], method: Method) -> tuple[str, ...]:
    """The columns that `method` will read: the same in all rows.

    Raises:
        FormatError: a row lacks a column, or it is empty, of the wrong type, or the wrong way round; names the row.
    """
    form = _form(rows[0], method)
    conversational = isinstance(rows[0].columns[form[0]], list)
    for row in rows:
        _require(row, form)
        for column in form:
            _check_text(row, column, conversational)
        if "rejected" in form:
            _check_order(row)
    return form


def _form(row: Row, method: Method) -> tuple[str, ...]:
    for form in FORMS[method]:
        if all(column in row.columns for column in form):
            return form
    wished = " or ".join(" + ".join(form) for form in FORMS[method])
    found = ", ".join(row.columns) or "none"
    raise row.fault(f"{method} needs the columns {wished}, but this row has {found}; rename or add columns")


def _require(row: Row, form: tuple[str, ...]) -> None:
    for column in form:
        if row.columns.get(column) is None:
            raise row.fault(
                f"the column '{column}' is missing here, though the first row has it; fill it or drop the row"
            )


def _check_text(row: Row, column: str, conversational: bool) -> None:
    value = row.columns[column]
    if not value or (isinstance(value, str) and not value.strip()):
        raise row.fault(f"the column '{column}' is empty; fill it or drop the row")
    if isinstance(value, list) != conversational or not isinstance(value, (str, list)):
        kind = "a list of messages" if conversational else "a string"
        raise row.fault(f"the column '{column}' should be {kind}, as in the first row, but it is {value!r:.60}")
    if isinstance(value, list):
        _check_messages(row, column, value)


def _check_messages(row: Row, column: str, messages: list[Any]) -> None:
    for place, message in enumerate(messages):
        if not (isinstance(message, dict) and isinstance(message.get("role"), str)):
            raise row.fault(f"message {place + 1} of '{column}' needs a role and content, but it is {message!r:.60}")
    last = messages[-1]["role"]
    if column == "prompt" and last == "assistant":
        raise row.fault("'prompt' ends with the assistant's turn; are prompt and completion the wrong way round?")
    if column != "prompt" and last != "assistant":
        raise row.fault(f"'{column}' ends with the turn of '{last}', not of 'assistant'; what should be learned there?")


def _check_order(row: Row) -> None:
    if row.columns["chosen"] == row.columns["rejected"]:
        raise row.fault("'chosen' and 'rejected' are the same, so that nothing is preferred; drop the row")
    better, worse = (row.columns.get(name) for name in SCORES)
    if isinstance(better, (int, float)) and isinstance(worse, (int, float)) and better < worse:
        raise row.fault(
            f"'chosen' has the score {better:g} and 'rejected' {worse:g}: the columns are reversed; swap them"
        )


def fits(rows: Sequence[Row], form: tuple[str, ...], tokenizer: Any, limit: int) -> None:
    """See to it that every prompt leaves room for a completion of at least one token.

    Raises:
        FormatError: a prompt has as many tokens as the context, or more.
    """
    if "prompt" not in form:
        return
    for row in rows:
        count = len(prompt_ids(row.columns["prompt"], tokenizer))
        if count >= limit:
            raise row.fault(
                f"the prompt has {count} tokens and the context only {limit}, so that nothing of the completion would "
                "be left; shorten it, or raise --max-tokens if the model has the places"
            )


def prompt_ids(prompt: Any, tokenizer: Any) -> list[int]:
    """A prompt's tokens, with the model's template around a conversation."""
    if isinstance(prompt, str):
        return list(tokenizer(prompt, return_token_type_ids=False)["input_ids"])
    text = tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
    return list(tokenizer(text, add_special_tokens=False, return_token_type_ids=False)["input_ids"])


def text_of(side: Any) -> str:
    """A text, or a list of messages, as one text."""
    return side if isinstance(side, str) else "\n".join(message["content"] for message in side)
