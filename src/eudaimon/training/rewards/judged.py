"""Judged pairs of texts, split so that no prompt is on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


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
