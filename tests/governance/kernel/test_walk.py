"""Between a proposal and its effect stands the kernel: a long random walk finds nothing that it should not have done,
and the same walk finds bugs that were planted in it."""

from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

STEPS, FEW = 1_000_000, 2_000
QUICK = (
    "an act may be replayed", "floors may be lost", "steering needs no consent", "a revocation takes back nothing",
    "demands are not looked at",
)  # fmt: skip


def test_a_walk_meets_no_breach_and_is_not_idle(walk: ModuleType) -> None:
    there, breach, _ = walk.walk(FEW, seed=1)
    assert breach == ""
    assert min(there.taken, there.refused, there.allowed, there.denied) > FEW / 20


def test_what_hypothesis_draws_meets_no_breach(walk: ModuleType) -> None:
    class Machine(RuleBasedStateMachine):
        @initialize(seed=st.integers(0, 2**32))
        def found(self, seed: int) -> None:
            self.walk = walk.Walk()
            self.walk.begin(Random(seed))

        @rule(rng=st.randoms(use_true_random=False))
        def step(self, rng: Random) -> None:
            self.walk.step(rng)

    run_state_machine_as_test(Machine, settings=settings(max_examples=25, stateful_step_count=40, deadline=None))


@pytest.mark.parametrize("bug", QUICK)
def test_a_planted_bug_is_found(bug: str, walk: ModuleType, bugs: ModuleType, tmp_path: Path) -> None:
    _, breach, _ = walk.walk(FEW, 0, bugs.plant(bug, tmp_path))
    assert breach


def test_every_bug_still_fits_the_kernel(bugs: ModuleType, tmp_path: Path) -> None:
    assert len(bugs.BUGS) == 35
    for number, bug in enumerate(bugs.BUGS):
        bugs.plant(bug, tmp_path / str(number))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_million_steps_meet_no_breach_and_the_same_walk_finds_nearly_all_bugs(
    walk: ModuleType, bugs: ModuleType, tmp_path: Path
) -> None:
    missed = [bug for bug in bugs.BUGS if not walk.walk(STEPS // 10, 0, bugs.plant(bug, tmp_path))[1]]
    assert len(missed) <= 0.05 * len(bugs.BUGS), missed
    _, breach, steps = walk.walk(STEPS)
    assert (breach, steps) == ("", STEPS)
