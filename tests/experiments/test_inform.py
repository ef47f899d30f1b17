"""Inform: a council that only repeats the generic judge tells nothing beyond it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from eudaimon.evals.statistics import information_test
from eudaimon.experiments.inform import DUPLICATE, NOISE, _quarters, _strata, _uses

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


@pytest.mark.long
def test_who_repeats_the_judge_tells_nothing_beyond_it_and_who_knows_more_does() -> None:
    assert sum(p(seed, beyond=0.0) <= 0.05 for seed in range(20)) <= 4
    assert all(p(seed, beyond=0.3) <= 0.01 for seed in range(3))


def test_a_voice_is_worth_what_it_adds_to_every_subset_and_planted_ones_are_worth_nothing() -> None:
    rng = Random(7)
    regret = [rng.random() for _ in range(400)]
    voices = [[1 - r if rng.random() < 0.8 else rng.random(), 1 - r, rng.random(), 0.9] for r in regret]
    figures = {"pool": ["sage", "mother", "child", "fool"], "voices": voices, "regret": [regret], "seed": 3}
    uses = _uses(figures, [0])

    assert list(uses) == ["sage", "mother", "child", "fool", NOISE, DUPLICATE]
    assert uses["mother"] > uses["sage"] > 0.1
    assert max(uses["child"], uses["fool"], uses[NOISE]) < 0, "who tells nothing waters down what others tell"
    assert abs(uses[DUPLICATE]) < 0.02


def test_what_all_voices_add_is_what_they_tell_together() -> None:
    """By one order of coming in, gains telescope; over subsets of two voices, each is the mean of both its places."""
    voices = [[0.9, 0.2], [0.4, 0.6], [0.3, 0.1], [0.8, 0.7], [0.1, 0.9]]
    figures = {"pool": ["sage", "child"], "voices": voices, "regret": [[0.1, 0.3, 0.9, 0.2, 0.8]], "seed": 1}
    uses = _uses(figures, [0])

    assert uses["sage"] + uses["child"] == pytest.approx(0.9)
    assert uses["sage"] > uses["child"]
    assert 0 < uses["sage"] <= 0.9
