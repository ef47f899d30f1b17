"""What people said of each other's statements: a matrix of votes in which missing is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AGREE, PASS, DISAGREE = 1.0, 0.0, -1.0


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that people could agree or disagree with.

    Attributes:
        id: as the conversation numbers it.
        text: what it says; empty where the export does not tell.
        moderated: 1 let in, 0 not looked at, -1 kept out of the analysis.
        meta: about the conversation, not its topic; kept out of the analysis too.
        consensus: the group-informed consensus that was published with it, where there is one.
    """

    id: str
    text: str = ""
    moderated: int = 1
    meta: bool = False
    consensus: float | None = None


@dataclass(frozen=True, slots=True)
class Opinions:
    """A conversation.

    Attributes:
        participants: their ids, n of them.
        statements: m of them.
        votes: (n, m): 1 agree, 0 pass, -1 disagree, NaN not asked.
        published: the group that each participant was put in by whoever exported it; empty where in none.
        topic: what it was about.
        notes: what was odd about the export and what was done about it.
    """

    participants: tuple[str, ...]
    statements: tuple[Statement, ...]
    votes: Floats
    published: tuple[str, ...] = ()
    topic: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> Ints:
        """How many statements each participant voted on, passes included, (n,)."""
        return np.asarray((~np.isnan(self.votes)).sum(axis=1), dtype=np.int64)

    @property
    def admitted(self) -> NDArray[np.bool_]:
        """Which statements the analysis may use, (m,): not moderated out, and with a vote."""
        allowed = [one.moderated >= 0 and not one.meta for one in self.statements]
        return np.asarray(allowed, dtype=bool) & ~np.isnan(self.votes).all(axis=0)

    def only(
        self, voters: Sequence[int] | Ints | None = None, statements: Sequence[int] | Ints | None = None
    ) -> Opinions:
        """The conversation of some voters on some statements (indices; all by default)."""
        rows = np.arange(len(self.participants)) if voters is None else np.asarray(voters, dtype=np.int64)
        columns = np.arange(len(self.statements)) if statements is None else np.asarray(statements, dtype=np.int64)
        return Opinions(
            tuple(self.participants[i] for i in rows),
            tuple(self.statements[j] for j in columns),
            self.votes[np.ix_(rows, columns)],
            tuple(self.published[i] for i in rows) if self.published else (),
            self.topic,
            self.notes,
        )
