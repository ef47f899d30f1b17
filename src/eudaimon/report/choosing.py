"""Which few of many are shown: never by taste, always by a rule that the report states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_turns(ranked: Sequence[T], group: Callable[[T], Hashable]) -> list[T]:
    """`ranked` so that each group's best comes before any group's second, and so on.

    >>> in_turns(["a1", "a2", "b1", "a3", "b2"], lambda one: one[0])
    ['a1', 'b1', 'a2', 'b2', 'a3']
    """
    seen: Counter[Hashable] = Counter()
    rounds = []
    for place, one in enumerate(ranked):
        rounds.append((seen[group(one)], place))
        seen[group(one)] += 1
    return [ranked[place] for _, place in sorted(rounds)]
