"""Opinion groups: k-means on the opinion map, with as many groups as the silhouette says, as Polis does.

Who voted on at least 7 statements (all, where there are fewer) takes part; where fewer than 15 do, the most active ones
are taken. k runs from 2 to min(5, 2 + n / 12); Rousseeuw's silhouette (1987) chooses. Left out of Polis's method: the
100 base clusters, which save it time, and the smoothing of k over time, which a finished conversation does not need.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eudaimon.governance.voices.opinions import Floats, Ints, Opinions
from eudaimon.governance.voices.plane import Plane, plane

MIN_VOTES, MIN_PEOPLE, MAX_GROUPS, PER_GROUP = 7, 15, 5, 12
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who stands with whom.

    Attributes:
        plane: the map that it was found on.
        labels: (n,), the group of each participant, 0 the largest; -1 for who is in none.
        centres: (k, 2), on the map.
        silhouettes: by number of groups that was tried; empty where opinions allow only one.
    """

    plane: Plane
    labels: Ints
    centres: Floats
    silhouettes: Mapping[int, float]

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.centres)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many people are in each."""
        return tuple(int((self.labels == group).sum()) for group in range(self.count))

    def assign(self, opinions: Opinions) -> Ints:
        """The groups (n,) of other people who voted on the same statements; -1 for who voted too little."""
        away = np.linalg.norm(self.plane.place(opinions)[:, None, :] - self.centres[None], axis=2)
        return np.where(in_conversation(opinions, most_active=0), away.argmin(axis=1), NOBODY).astype(np.int64)


def in_conversation(opinions: Opinions, most_active: int = MIN_PEOPLE) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Who voted enough to be put in a group, (n,)."""
    counts = opinions.counts
    enough = (counts >= min(MIN_VOTES, len(opinions.statements))) & (counts > 0)
    for person in np.argsort(-counts, kind="stable"):
        if enough.sum() >= most_active:
            break
        enough[person] = counts[person] > 0
    return enough


def find_groups(
    opinions: Opinions, *, count: int | None = None, seed: int = 0, weights: Floats | None = None
) -> Grouping:
    """The groups of a conversation.

    Args:
        opinions: of whom.
        count: how many groups; by silhouette where None.
        seed: of k-means, which starts ten times.
        weights: (n,), how much each counts (see `trust`); by default everybody counts one.
    """
    found = plane(opinions, weights)
    inside = in_conversation(opinions)
    points = found.points[inside]
    counts = np.ones(len(points)) if weights is None else weights[inside]
    different = len(np.unique(np.round(points, 9), axis=0))
    most = min(MAX_GROUPS, 2 + len(points) // PER_GROUP, max(1, different - 1))
    tried = [count] if count is not None else list(range(2, most + 1))
    tried = [k for k in tried if 1 < k <= min(different, len(points) - 1)]
    runs = {k: _k_means(points, k, seed, counts) for k in tried}
    scores = {k: _silhouette(points, labels, counts) for k, labels in runs.items()}
    best = max(scores, key=lambda k: (scores[k], -k)) if scores else 1
    inner = _by_size(runs[best]) if best in runs else np.zeros(len(points), dtype=np.int64)
    labels = np.full(len(opinions.participants), NOBODY, dtype=np.int64)
    labels[inside] = inner
    groups = range(int(inner.max(initial=-1)) + 1)
    centres = np.asarray([points[inner == group].mean(axis=0) for group in groups], dtype=np.float64).reshape(-1, 2)
    return Grouping(found, labels, centres, scores)


def _k_means(points: Floats, k: int, seed: int, counts: Floats) -> Ints:
    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(
            KMeans(k, n_init=10, random_state=seed).fit(points, sample_weight=counts).labels_, dtype=np.int64
        )


def _silhouette(points: Floats, labels: Ints, counts: Floats) -> float:
    from sklearn.metrics import silhouette_samples

    if len(np.unique(labels)) < 2:
        return -1.0
    return float(np.average(silhouette_samples(points, labels), weights=counts))


def _by_size(labels: Ints) -> Ints:
    """The same groups, the largest first."""
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.asarray(rank[labels], dtype=np.int64)
