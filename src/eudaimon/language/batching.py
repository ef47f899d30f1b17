"""Requests as rows, and rows cut into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from eudaimon.language.decoding import Task
from eudaimon.language.reading import Ids


@dataclass(frozen=True, slots=True)
class Job:
    """One request, as rows of a batch.

    Attributes:
        prefix: tokens that all its rows read first; not empty.
        suffixes: what each row reads then.
        tasks: what each row says then (none where continuations are only scored).
        sealed: on the base weights.
        hidden: prompts of the rows beside it that colour what it says, with their weights.
    """

    prefix: Ids
    suffixes: tuple[Ids, ...] = ((),)
    tasks: tuple[Task, ...] = ()
    sealed: bool = True
    hidden: tuple[tuple[Ids, float], ...] = field(default=())

    @property
    def room(self) -> int:
        """How many tokens may follow the prefix."""
        return max(map(len, self.suffixes), default=0) + max((task.limit for task in self.tasks), default=0)

    @property
    def size(self) -> int:
        """Tokens that it takes in a batch."""
        return (len(self.suffixes) + len(self.hidden)) * (len(self.prefix) + self.room)


def batches(jobs: Sequence[Job], numbers: Sequence[int], limit: int) -> Iterator[list[int]]:
    """Cut `numbers` (indices of `jobs`) into batches of at most `limit` tokens, the like lengths together."""
    batch: list[int] = []
    size = 0
    for number in sorted(numbers, key=lambda i: len(jobs[i].prefix)):
        job = jobs[number]
        if batch and size + job.size > limit:
            yield batch
            batch, size = [], 0
        batch.append(number)
        size += job.size
    if batch:
        yield batch
