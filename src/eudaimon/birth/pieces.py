"""Conversations and stories as rows that a model reads at once, in pieces where they are longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eudaimon.birth.corpus import LENGTHS, READ, Row
from eudaimon.dialogue import Message
from eudaimon.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

LONGEST = LENGTHS[-1]
"""So many tokens are read at once."""
NEWLINE = "Ċ"
"""A line's end, as byte-level tokens write it."""


def learnable(
    talks: Sequence[Sequence[Message]], tokenizer: PreTrainedTokenizerFast, say: Callable[[str], None]
) -> list[Row]:
    """The rows of all talks; says how many have none.

    Raises:
        InputError: nothing is learned in any of them.
    """
    encoded = [encode(talk, tokenizer) for talk in talks]
    rows = [row for several in encoded for row in several]
    if not any(weight > READ for _, weights in rows for weight in weights):
        raise InputError(
            f"there is nothing to learn in this text: nothing is answered that leaves room for an answer in {LONGEST} "
            "tokens; give stories, or shorter questions with answers"
        )
    if left := sum(not several for several in encoded):
        say(f"left out: {left:,} of {len(talks):,} conversations, since what is asked there fills {LONGEST} tokens")
    return rows


def encode(talk: Sequence[Message], tokenizer: PreTrainedTokenizerFast) -> list[Row]:
    """Token ids and loss weights: the assistant's words are learned, the user's are read.

    Control tokens that a text spells out are letters. What does not fit into one row goes on in the next one, under the
    same head: a reply from where a line ends, a conversation from a turn of the user's. No row where what is asked
    leaves no room for an answer.
    """
    rows: list[Row] = [([], [])]
    opening, end = len(_ids("<|im_start|>assistant\n", tokenizer)), _ids("<|im_end|>\n", tokenizer)
    for message in talk:
        head, body = _ids(f"<|im_start|>{message.role}\n", tokenizer), _ids(message.content, tokenizer, said=True) + end
        learned = message.role == "assistant"
        needed = len(head) + (0 if learned else len(body) + opening) + 1  # an answer begins beside its question
        if needed > LONGEST:
            return []
        start = 0
        while start < len(body):
            if start or len(rows[-1][0]) + needed > LONGEST:
                rows.append(([], []))
            ids, weights = rows[-1]
            part = _fitting(body[start : start + LONGEST], len(body) - start, LONGEST - len(ids) - len(head), tokenizer)
            ids += head + part
            weights += [READ] * len(head) + [1.0 if learned else READ] * len(part)
            start += len(part)
    return rows


def _ids(text: str, tokenizer: PreTrainedTokenizerFast, *, said: bool = False) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False, split_special_tokens=said)["input_ids"]
    return ids


def _fitting(ids: list[int], left: int, room: int, tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """As many of the ids as there is room for; if not all of what is left fits, up to the end of a line in the second
    half of the room, or, where none ends there, to the end of the room."""
    if left <= room:
        return ids
    room = max(1, min(room, left - 3))  # a word stays for the last piece: it would teach to say nothing otherwise
    tokens = tokenizer.convert_ids_to_tokens(ids[:room])
    return ids[: next((end for end in range(room, room // 2, -1) if tokens[end - 1].endswith(NEWLINE)), room)]
