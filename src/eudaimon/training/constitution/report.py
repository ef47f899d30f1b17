"""What principles do: which pull against each other, and what would be preferred without each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from eudaimon.training.constitution.preferring import Weighed


@dataclass(frozen=True, slots=True)
class Report:
    """Over all weighed pairs.

    Attributes:
        conflicts: for two principles, the share of pairs on which they prefer opposite replies.
        turned: for each principle, the share of pairs whose preference turns round without it.
        moved: for each principle, how far the soft label moves on average without it.
    """

    conflicts: dict[tuple[str, str], float]
    turned: dict[str, float]
    moved: dict[str, float]


def report(weighed: Sequence[Weighed]) -> Report:
    """The report; a principle whose absence moves nothing is idle here, whatever it says."""
    names = list(weighed[0].by) if weighed else []
    conflicts = {
        (a, b): fmean((one.by[a] - 0.5) * (one.by[b] - 0.5) < 0 for one in weighed) for a, b in combinations(names, 2)
    }
    if len(names) < 2:
        return Report(conflicts, dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0))
    turned = {name: fmean((o.label() - 0.5) * (o.label(name) - 0.5) < 0 for o in weighed) for name in names}
    moved = {name: fmean(abs(o.label() - o.label(name)) for o in weighed) for name in names}
    return Report(conflicts, turned, moved)
