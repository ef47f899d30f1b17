"""A conversation split twice: voters into those who choose and those who are asked, statements into those by which
people are grouped and those that are offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.random import Generator

    from eudaimon.governance.voices import Opinions


@dataclass(frozen=True)
class Halves:
    """One split.

    Attributes:
        choosing: the training voters on the offered statements.
        labels: (n,), their groups, found on the other statements; -1 for who is in none.
        asked: the held-out voters on the offered statements.
        assigned: (n,), their groups, by their votes on the other statements.
        count: how many groups there are.
        rng: for whatever else is drawn in this split.
    """

    choosing: Opinions
    labels: Any
    asked: Opinions
    assigned: Any
    count: int
    rng: Generator


def halve(opinions: Opinions, seed: int, least: int) -> Halves | None:
    """The split of a seed; None where there are no two groups, or fewer than `least` statements on offer."""
    import numpy as np

    from eudaimon.governance.voices import find_groups

    rng = np.random.default_rng(seed)
    voters = rng.permutation(len(opinions.participants))
    statements = rng.permutation(np.flatnonzero(opinions.admitted))
    train, held = np.array_split(voters, 2)
    mapped, offered = np.array_split(statements, 2)
    found = find_groups(opinions.only(train, mapped))
    choosing = opinions.only(train, offered)
    if found.count < 2 or choosing.admitted.sum() < least:
        return None
    assigned = found.assign(opinions.only(held, mapped))
    return Halves(choosing, found.labels, opinions.only(held, offered), assigned, found.count, rng)


def conversations(data: Path) -> Iterator[tuple[str, int, Opinions]]:
    """Every Polis export with voters below `data`: its name, its smallest published group's size, and its votes."""
    from eudaimon.governance.voices import read_export

    for folder in sorted(path.parent for path in data.glob("*/participants-votes.csv")):
        opinions = read_export(folder)
        groups = [group for group in opinions.published if group]
        yield folder.name, min((groups.count(group) for group in set(groups)), default=0), opinions
