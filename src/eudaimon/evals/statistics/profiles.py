"""Profiles: rows of rates (one a life) on one scale, and the profile of a group that nobody has seen yet.

If every member of a group adds a part of its own to what the group does, then profile_g = c + sum_a m_ga e_a, with m_ga
= 1 where member a sits in group g. The parts follow from the groups that were seen by least squares; fewer groups than
members leave many answers, of which the one of least norm is taken (Penrose 1956, "On best approximate solutions of
linear matrix equations"): it shares out evenly what cannot be told apart, and gives nothing to who sits everywhere.

>>> forecast([[0.0, 1.0], [2.0, 1.0]], [[1, 0], [0, 1]], [0, 1]).round(6).tolist()
[2.0, 1.0]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def standardised(profiles: ArrayLike, reference: ArrayLike | None = None) -> Floats:
    """z-scores (n, d') of profiles (n, d): z = (x - mean) / deviation, column by column.

    Args:
        profiles: rows of rates.
        reference: the rows (m, d) whose mean and deviation (of the population) are taken; by default the same.
            Columns in which they do not vary are left out: nothing can be said there on their scale.
    """
    rows = np.asarray(profiles, dtype=np.float64)
    scale = rows if reference is None else np.asarray(reference, dtype=np.float64)
    mean, deviation = scale.mean(axis=0), scale.std(axis=0)
    varies = deviation > 1e-9
    return np.asarray((rows[:, varies] - mean[varies]) / deviation[varies], dtype=np.float64)


def forecast(profiles: ArrayLike, members: ArrayLike, unseen: ArrayLike) -> Floats:
    """The profile (d,) that a group would have, if members added their parts: mean + (u - mean m) pinv(M) P, where M
    and P are `members` and `profiles` without their means over groups.

    Args:
        profiles: (g, d), of the groups that were seen.
        members: (g, a), 1 where a member sits in a group, else 0.
        unseen: (a,), the same of the group that was not seen.
    """
    rows, seats = np.asarray(profiles, dtype=np.float64), np.asarray(members, dtype=np.float64)
    parts = np.linalg.pinv(seats - seats.mean(axis=0)) @ (rows - rows.mean(axis=0))
    coming = np.asarray(unseen, dtype=np.float64) - seats.mean(axis=0)
    return np.asarray(rows.mean(axis=0) + coming @ parts, dtype=np.float64)


def foreseeable(members: ArrayLike, unseen: ArrayLike) -> float:
    """The share of an unseen group's deviation that any forecast from the seen ones can tell, if members' parts are
    independent and equally large: |u pinv(M) M|^2 / |u|^2, all without the means over seen groups. Its root is the
    largest r to be expected, however many lives there are; 0 where the group is like their mean.

    Args:
        members, unseen: as of `forecast`.

    >>> round(foreseeable([[1, 0, 0], [0, 1, 0]], [0, 1, 1]), 3)
    0.333
    """
    seats = np.asarray(members, dtype=np.float64)
    apart = seats - seats.mean(axis=0)
    coming = np.asarray(unseen, dtype=np.float64) - seats.mean(axis=0)
    told = coming @ np.linalg.pinv(apart) @ apart
    return float(told @ told) / float(coming @ coming) if coming.any() else 0.0


def correlated(one: ArrayLike, other: ArrayLike) -> float:
    """Pearson's r of two rows (d,); 0 where either does not vary, since then it tells nothing of the other."""
    rows = np.asarray([one, other], dtype=np.float64)
    if not rows.size:
        return 0.0
    x, y = rows - rows.mean(axis=1, keepdims=True)
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / length if length > 1e-12 else 0.0
