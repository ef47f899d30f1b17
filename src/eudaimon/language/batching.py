"""Requests as rows, and rows cut into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

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
    def rows(self) -> int:
        """Rows that it takes in a batch."""
        return len(self.suffixes) + len(self.hidden)

    @property
    def size(self) -> int:
        """Tokens that it takes in a batch."""
        return self.rows * (len(self.prefix) + self.room)


FORK = 32
"""Tokens by which prefixes may differ and yet be read from one trunk, the rest being read anew by each row."""


def rooted(jobs: Sequence[Job]) -> list[Job]:
    """The same jobs; where a prefix begins with another of the same weights, what comes behind that is read as a
    suffix, so that both stand on one trunk."""
    order = sorted((i for i in range(len(jobs)) if jobs[i].suffixes), key=lambda i: (jobs[i].sealed, jobs[i].prefix))
    answers, root = list(jobs), Job(())
    for i in order:
        job, near = jobs[i], len(jobs[i].prefix) - len(root.prefix)
        if root.prefix and root.sealed == job.sealed and near <= FORK and job.prefix[: len(root.prefix)] == root.prefix:
            rest = job.prefix[len(root.prefix) :]
            answers[i] = replace(job, prefix=root.prefix, suffixes=tuple(rest + suffix for suffix in job.suffixes))
        else:
            root = job
    return answers


def batches(jobs: Sequence[Job], numbers: Sequence[int], fits: Callable[[int, int], bool]) -> Iterator[list[int]]:
    """Cut `numbers` (indices of `jobs`) into batches whose rows and tokens fit, the like lengths together."""
    batch: list[int] = []
    rows = size = 0
    for number in sorted(numbers, key=lambda i: len(jobs[i].prefix)):
        job = jobs[number]
        if batch and not fits(rows + job.rows, size + job.size):
            yield batch
            batch, rows, size = [], 0, 0
        batch.append(number)
        rows, size = rows + job.rows, size + job.size
    if batch:
        yield batch
