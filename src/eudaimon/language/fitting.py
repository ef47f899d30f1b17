"""Asking a batch of which some may be more than the model takes: too long, or refused for what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from eudaimon.errors import NotTaken

A = TypeVar("A")
B = TypeVar("B")


def fitted(asked: list[A], answer: Callable[[list[A]], Sequence[B]]) -> list[B | NotTaken]:
    """What `answer` gives to each of `asked`, in order; for what the model does not take, the error instead.

    A batch in which something is not taken is refused as a whole; whose fault it is, halves tell.

    >>> def answer(some):
    ...     if max(some) > 2:
    ...         raise NotTaken("no room")
    ...     return [10 * one for one in some]
    >>> fitted([1, 3, 2], answer)
    [10, NotTaken('no room'), 20]
    """
    if not asked:
        return []
    try:
        return list(answer(asked))
    except NotTaken as error:
        if len(asked) == 1:
            return [error]
        half = len(asked) // 2
        return [*fitted(asked[:half], answer), *fitted(asked[half:], answer)]
