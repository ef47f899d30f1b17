"""Judged pairs of texts, split so that no prompt is on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair.

    Attributes:
        prompt: what was asked; empty where it is not known apart.
        chosen, rejected: the replies.
        margin: by how much it should be better, at least.
        head: which objective the pair was judged by.
    """

    prompt: str
    chosen: str
    rejected: str
    margin: float = 0.0
    head: int = 0


def dealt_elsewhere(pairs: Sequence[Judged]) -> list[Judged]:
    """For every pair of which the prompt is known, its chosen reply against the next other prompt's: what answers
    something else is worse, and so is what is said whatever is asked.

    >>> dealt_elsewhere([Judged("a?", "A", "-"), Judged("b?", "B", "-")])[1]
    Judged(prompt='b?', chosen='B', rejected='A', margin=0.0, head=0)
    """
    known = [pair for pair in pairs if pair.prompt]
    found = []
    for place, pair in enumerate(known):
        others = (known[(place + step) % len(known)] for step in range(1, len(known)))
        other = next((one for one in others if one.prompt != pair.prompt and one.chosen != pair.chosen), None)
        if other is not None:
            found.append(replace(pair, rejected=other.chosen, margin=0.0))
    return found


def split_by_prompt(pairs: Sequence[Judged], share: float = 0.7, salt: str = "") -> tuple[list[Judged], list[Judged]]:
    """For learning and for testing; the hash of a prompt (of both replies, where there is none) decides.

    A part that is to be split once more needs another salt: by the same hash all of it would be on one side.
    """
    sides: tuple[list[Judged], list[Judged]] = ([], [])
    for pair in pairs:
        key = salt + (pair.prompt or "".join(sorted((pair.chosen, pair.rejected))))
        place = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 2**32
        sides[place >= share].append(pair)
    return sides
