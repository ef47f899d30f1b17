"""Moral graphs: which value people find wiser than which, with the circles in their judgement shown.

Edelman and Klingefjord 2024, "What are human values, and how do we align AI to them?" (2404.10636): participants say
whether moving from one value to another made somebody wiser. An edge is kept where (wiser - not) / all >= 0.33, the
entropy of the answers is at most 1.69 bits and at least 2 found it wiser; values are ranked by PageRank (damping 0.85).

"Wiser than" runs in circles in real data, which PageRank smooths over. Here the circles are found: the lightest set of
edges without which there is none (the minimum feedback arc set, exactly, as an integer program over circles that are
added as they show), and every value is told with the judgements that contradict it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eudaimon.errors import GovernanceError

LIKELIHOOD, ENTROPY, WISER = 0.33, 1.69, 2
DAMPING, ROUNDS = 0.85, 100
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Transition:
    """What people said of moving from one value to another.

    Attributes:
        source, target: the values.
        wiser, less, unsure: how many found the target wiser, not wiser, or could not say.
    """

    source: str
    target: str
    wiser: int
    less: int = 0
    unsure: int = 0

    @property
    def total(self) -> int:
        """All who were asked."""
        return self.wiser + self.less + self.unsure

    @property
    def likelihood(self) -> float:
        """(wiser - less) / all."""
        return (self.wiser - self.less) / self.total if self.total else 0.0

    @property
    def entropy(self) -> float:
        """Of the three answers, in bits."""
        shares = [n / self.total for n in (self.wiser, self.less, self.unsure) if n]
        return -sum(share * math.log2(share) for share in shares)

    @property
    def kept(self) -> bool:
        """Whether it is clear enough to be an edge."""
        return self.likelihood >= LIKELIHOOD and self.entropy <= ENTROPY and self.wiser >= WISER


@dataclass(frozen=True, slots=True)
class MoralGraph:
    """The graph of what was kept.

    Attributes:
        values: all that were named, in order.
        edges: weight (likelihood) by pair (less wise, wiser).
        circular: the lightest edges without which nothing is circular: where people contradict each other.
        rank: PageRank by value, with the circular edges in; sums to 1.
        order: the values from least to most wise by the edges that are not circular; ties by rank.
    """

    values: tuple[str, ...]
    edges: Mapping[Pair, float]
    circular: tuple[Pair, ...]
    rank: Mapping[str, float]
    order: tuple[str, ...]


def moral_graph(transitions: Iterable[Transition]) -> MoralGraph:
    """The graph of what people said; answers on the same pair are added up.

    Raises:
        GovernanceError: a value is compared with itself.
    """
    told = _added(transitions)
    edges = {(t.source, t.target): t.likelihood for t in told if t.kept}
    values = tuple(dict.fromkeys(value for t in told for value in (t.source, t.target)))
    circular = feedback_arcs(values, edges)
    rank = pagerank(values, edges)
    straight = [edge for edge in edges if edge not in circular]
    return MoralGraph(values, edges, circular, rank, _order(values, straight, rank))


def feedback_arcs(values: Sequence[str], edges: Mapping[Pair, float]) -> tuple[Pair, ...]:
    """The set of edges of least weight that meets every circle; exact.

    min w x over x in {0, 1}, subject to the sum of x over every circle being at least 1. Circles are added until none
    is left (Grötschel, Jünger and Reinelt 1984, "A cutting plane algorithm for the linear ordering problem").
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    arcs = list(edges)
    circles: list[NDArray[np.float64]] = []
    removed: set[Pair] = set()
    while (circle := _circle(values, [arc for arc in arcs if arc not in removed])) is not None:
        circles.append(np.asarray([float(arc in circle) for arc in arcs]))
        weight = np.asarray([max(edges[arc], 1e-9) for arc in arcs])
        found = milp(
            weight,
            constraints=LinearConstraint(np.asarray(circles), lb=1),
            integrality=np.ones(len(arcs), dtype=np.int64),
            bounds=Bounds(0, 1),
        )
        assert found.x is not None
        removed = {arc for arc, x in zip(arcs, found.x, strict=True) if x > 0.5}
    return tuple(arc for arc in arcs if arc in removed)


def pagerank(values: Sequence[str], edges: Mapping[Pair, float]) -> dict[str, float]:
    """r = (1 - d) / n + d (W' r + the rank of values without an edge outward, spread evenly), 100 rounds; W is row-wise
    the edges' weights over their sum (Brin and Page 1998)."""
    n, place = len(values), {value: i for i, value in enumerate(values)}
    if not n:
        return {}
    weight = np.zeros((n, n))
    for (source, target), w in edges.items():
        weight[place[source], place[target]] = w
    out = weight.sum(axis=1)
    walk = np.divide(weight, out[:, None], out=np.zeros_like(weight), where=out[:, None] > 0)
    rank = np.full(n, 1 / n)
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / n + DAMPING * (walk.T @ rank + rank[out == 0].sum() / n)
    return dict(zip(values, rank.tolist(), strict=True))


def _added(transitions: Iterable[Transition]) -> list[Transition]:
    sums: dict[Pair, Transition] = {}
    for t in transitions:
        if t.source == t.target:
            raise GovernanceError(f"the value '{t.source}' is compared with itself; name two values")
        pair = (t.source, t.target)
        old = sums.get(pair, Transition(*pair, 0))
        sums[pair] = Transition(*pair, old.wiser + t.wiser, old.less + t.less, old.unsure + t.unsure)
    return list(sums.values())


def _circle(values: Sequence[str], arcs: Sequence[Pair]) -> frozenset[Pair] | None:
    """A shortest circle, None where there is none: from each value, breadth first until it comes back."""
    after: dict[str, list[str]] = {value: [] for value in values}
    for source, target in arcs:
        after[source].append(target)
    best: frozenset[Pair] | None = None
    for start in values:
        came: dict[str, str] = {}
        queue = [start]
        for here in queue:
            for there in after[here]:
                if there not in came:
                    came[there] = here
                    queue.append(there)
        if start in came:
            circle = _back(start, came)
            best = circle if best is None or len(circle) < len(best) else best
    return best


def _back(start: str, came: Mapping[str, str]) -> frozenset[Pair]:
    steps, here = [(came[start], start)], came[start]
    while here != start:
        steps.append((came[here], here))
        here = came[here]
    return frozenset(steps)


def _order(values: Sequence[str], arcs: Sequence[Pair], rank: Mapping[str, float]) -> tuple[str, ...]:
    """Kahn 1962: always the lowest-ranked value that nothing left is less wise than."""
    before = {value: {source for source, target in arcs if target == value} for value in values}
    order: list[str] = []
    while before:
        free = min((value for value, less in before.items() if not less), key=lambda value: (rank[value], value))
        order.append(free)
        del before[free]
        for less in before.values():
            less.discard(free)
    return tuple(order)
