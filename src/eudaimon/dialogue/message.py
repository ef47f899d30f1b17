"""What was said: a message, and a conversation as a tuple of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant", "council"]

MARK = "<reflect>"
"""By which a persona says itself that it wishes to reflect: one token in born models, in others a word like any. It is
never part of what was said."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn.

    Attributes:
        role: `system` (notes, instructions), `user` (the person), `assistant` (the persona) or `council` (an
            archetype; see `name`). Backends whose chat template knows no `council` show it as a user's turn.
        content: plain text, without control tokens.
        name: which archetype or role speaks, where `role` is `council`; empty otherwise.
        verdict: what it decided (`continue`, `revise`, `surrender`), where `role` is `council`; empty or `asked` where
            it is only being asked.
    """

    role: Role
    content: str
    name: str = ""
    verdict: str = ""


Conversation = tuple[Message, ...]
"""Messages in order. Where the last one is an assistant's, it is *open*: the persona has not finished it."""


def open_reply(conversation: Conversation) -> str:
    """The unfinished reply at the end of `conversation`, empty where there is none."""
    return conversation[-1].content if conversation and conversation[-1].role == "assistant" else ""


def with_reply(conversation: Conversation, reply: str) -> Conversation:
    """`conversation` with its open reply replaced by `reply` (or begun with it)."""
    closed = conversation[:-1] if conversation and conversation[-1].role == "assistant" else conversation
    return (*closed, Message("assistant", reply))
