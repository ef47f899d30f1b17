"""How much of something costs a wanted effort: found along straight lines, since what all of it shares is paid once."""

from __future__ import annotations

from collections.abc import Callable

NEAR, TRIES, LEAST = 0.02, 8, 0.01
"""How near to an effort is near enough, how often it is tried for, and the step between counts, also the least one."""


def count_for(effort: float, once: float, guess: float, guessed: float, first: float = 1.0) -> float:
    """How many cost `effort`, where `first` of them cost `once` and `guess` of them `guessed`; `guess` itself where it
    shows no slope.

    >>> count_for(110.0, once=20.0, guess=5.0, guessed=60.0)
    10.0
    """
    slope = (guessed - once) / (guess - first) if guess != first else 0.0
    return first + (effort - once) / slope if slope > 0 else guess


def at_effort(effort: float, spent: Callable[[float], float]) -> float:
    """The count whose cost comes within NEAR of `effort`, or the last one of TRIES.

    Args:
        effort: what is to be spent.
        spent: what a count costs, in the same unit. It is asked for one first, and last for the count that is returned;
            each other one lies on the line through the last two, so that costs may bend; where more cost no more, which
            padding may bring about, it lies as far on as the cost is short.
    """
    count, cost = 1.0, spent(1.0)
    guess = effort / cost
    for _ in range(TRIES):
        if abs(cost - effort) <= NEAR * effort:
            break
        guess = max(LEAST, round(guess / LEAST) * LEAST)
        before, count = (count, cost), guess
        cost = spent(count)
        guess = count_for(effort, before[1], count, cost, before[0])
        if guess == count:
            guess = count * effort / cost
    return count
