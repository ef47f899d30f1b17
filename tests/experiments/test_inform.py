"""Inform: a council that only repeats the generic judge tells nothing beyond it."""

from __future__ import annotations

from random import Random
from typing import Any

from eudaimon.evals.statistics import information_test
from eudaimon.experiments.inform import _quarters, _strata

KINDS, EACH = 14, 22


def told(seed: int, beyond: float) -> dict[str, Any]:
    """A life whose judge mostly lets pass, as real ones do, and whose regret follows the judge's verdict; the council
    repeats that, and in a part `beyond` of the cases it knows the regret itself."""
    rng = Random(seed)
    rows: dict[str, list[Any]] = {name: [] for name in ("kind", "judged", "judge", "length", "likelihood", "verdict")}
    regret = []
    for number in range(KINDS * EACH):
        minds = rng.random() < 0.25
        regret.append(rng.gauss(0.3 if minds else 0.0, 0.2))
        knows = rng.random() < beyond
        says = regret[-1] > 0.2 if knows else minds if rng.random() < 0.9 else not minds
        rows["kind"].append(f"kind {number % KINDS}")
        rows["judged"].append("revise" if minds else "continue")
        rows["judge"].append(rng.random() * 0.02 if minds else 1 - rng.random() * 0.02)
        rows["length"].append(rng.randint(3, 12))
        rows["likelihood"].append(rng.gauss(-1, 0.3))
        rows["verdict"].append("revise" if says else "continue")
    return {**rows, "regret": [regret]}


def p(seed: int, beyond: float) -> float:
    figures = [told(100 * seed + life, beyond) for life in range(8)]
    columns: tuple[list[str], list[int], list[str]] = ([], [], [])
    for one in figures:
        for column, more in zip(columns, (one["verdict"], _quarters(one, [0]), _strata(one)), strict=True):
            column.extend(more)  # type: ignore[arg-type]
    return information_test(*columns, draws=499).p


def test_who_repeats_the_judge_tells_nothing_beyond_it_and_who_knows_more_does() -> None:
    assert sum(p(seed, beyond=0.0) <= 0.05 for seed in range(20)) <= 4
    assert all(p(seed, beyond=0.3) <= 0.01 for seed in range(3))
