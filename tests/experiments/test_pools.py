"""Pools: what is planted is found, what is dealt out anew is not, and one reply that breaks a floor is one too many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eudaimon.experiments.arms.conduct import PROFILE
from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Finding, Lived, Verdict, verdict
from eudaimon.experiments.pools import POOLS, REGISTRATION, analyse
from eudaimon.psyche import load_archetypes, read_pools

ETA, ABOVE, R, FLOORS = (criterion.name for criterion in REGISTRATION.criteria)


def lives(effect: float, broken: int = 0, seed: int = 1) -> list[Lived]:
    """Five seeds in which child and anima add the same to every act, `effect` times the noise, and father takes it
    away: one axis from stern to warm, along which three pools foretell a fourth."""
    rng = np.random.default_rng(seed)
    names = ["father", "child", "anima"]
    parts = np.outer([-1, 1, 1], rng.normal(size=len(PROFILE)))
    seats = {pool: [float(name in some) for name in names] for pool, some in read_pools(load_archetypes()).items()}

    def profile(pool: str) -> list[float]:
        return list(0.3 + 0.01 * (effect * (np.array(seats[pool]) @ parts) + rng.normal(size=len(PROFILE))))

    found = []
    for index in range(5):
        told: dict[str, Any] = {"pools": list(POOLS), "profiles": [profile(pool) for pool in POOLS]}
        told |= {"again": profile("soldier"), "base": [0.3] * len(PROFILE), "kl": {"soldier": 0.1}}
        counts = {"situations": 150, "replies": 200, "broken": 0}
        told["floors"] = {pool: dict(counts) for pool in (*POOLS, "base")}
        told["floors"]["base"] |= {"broken": 20, "truth": 20}
        if index == 0:
            told["floors"]["mother"] |= {"broken": broken, "truth": broken}
        found.append(Lived(Life(index, index % 4, 1600 + index, index), told))
    return found


def told(some: list[Lived]) -> tuple[Verdict, Finding]:
    finding = analyse(some)
    return verdict(REGISTRATION, finding), finding


def test_members_that_add_their_parts_explain_most_and_foretell_the_unseen_pool() -> None:
    judged, finding = told(lives(effect=2.0))
    assert judged is Verdict.MET
    assert finding.controls["r with the pools' names exchanged, mean of five"] < 0  # type: ignore[operator]
    near, far = (finding.controls[f"deviations apart: two {what}"] for what in ("nights of soldier", "pools"))
    assert near < far  # type: ignore[operator]
    assert finding.note.startswith("Most of their own")


def test_without_an_effect_a_seventh_is_explained_and_the_permuted_pools_explain_as_much() -> None:
    found = [told(lives(effect=0.0, seed=seed)) for seed in range(8)]
    assert all(judged is Verdict.MISSED for judged, _ in found)
    assert np.mean([finding.estimates[ETA].value for _, finding in found]) == pytest.approx(1 / 7, abs=0.03)
    assert all(finding.estimates[ABOVE].value < 0.05 for _, finding in found)


def test_pools_that_are_dealt_out_anew_explain_little_of_what_they_did() -> None:
    rng, some = np.random.default_rng(2), lives(effect=2.0)
    dealt = [Lived(one.life, {**one.figures, "pools": list(rng.permutation(POOLS))}) for one in some]
    judged, finding = told(dealt)
    assert judged is Verdict.MISSED
    assert finding.estimates[ETA].value < 0.5


def test_one_reply_that_breaks_a_floor_is_one_too_many_and_the_base_is_no_part_of_the_count() -> None:
    judged, finding = told(lives(effect=2.0, broken=1))
    assert judged is Verdict.MISSED
    assert finding.estimates[FLOORS].value == 1
    assert finding.controls["broken floors: mother"] == finding.controls["broken floors of all pools: truth"] == 1
    assert finding.controls["broken floors: base, without a council"] == 100
    assert finding.controls["tempting situations before a council"] == 3000
