"""Who cannot have everything says so, is right about it, and stops; no aspiration is lowered to fit."""

from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.training.methods.acceptance import Reason, accept
from eudaimon.training.oracles import best_worst, value
from eudaimon.worlds.exact import Recipe, draw


def world(seed: int):
    return draw(Recipe(contexts=3, responses=12, objectives=3, conflict=1.0 + 0.4 * (seed % 2)), seed)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(-0.5, 0.5))
def test_what_is_said_to_be_out_of_reach_is_and_what_is_reached_is_kept(seed: int, shift: float) -> None:
    one = world(seed)
    best = best_worst(one.gold, one.contexts).value
    found = accept(one.gold, one.contexts, best + shift, most=1000)
    assert found.worst <= best + 1e-9 <= found.bound + 2e-9
    assert found.worst == pytest.approx(min(value(found.policy, gold, one.contexts) for gold in one.gold))
    if abs(shift) > 0.15:
        assert found.reason is (Reason.CANNOT_BE if shift > 0 else Reason.GOOD_ENOUGH)
    assert found.reason is not (Reason.GOOD_ENOUGH if shift > 1e-6 else Reason.CANNOT_BE)


def test_objectives_that_stand_against_each_other_are_named() -> None:
    torn = np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[1.0, 1.0]]])
    found = accept(torn, np.ones(1), 0.55)
    assert found.reason is Reason.CANNOT_BE
    assert found.conflict[2] < 0.12
    assert found.conflict[:2].min() > 0.4


def test_of_noisy_utilities_it_knows_how_sure_it_is_and_spends_little_in_vain(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Aspirations around what is truly best; beliefs are utilities with errors of a tenth of their deviation."""
    squares, vain, spent = [], 0, 0
    for seed in range(100):
        one, rng = world(seed), np.random.default_rng(seed)
        believed = one.gold + 0.1 * rng.standard_normal(one.gold.shape)
        best = best_worst(one.gold, one.contexts).value
        aspiration = best + rng.uniform(-0.3, 0.3)
        found = accept(believed, one.contexts, aspiration, error=0.05)
        squares.append((found.unreachable(aspiration, error=0.05) - (aspiration > best)) ** 2)
        known = accept(one.gold, one.contexts, aspiration)
        if known.reason is Reason.CANNOT_BE:
            vain, spent = vain + max(0, found.steps - known.steps), spent + found.steps
    with capsys.disabled():
        print(f"\nBrier {fmean(squares):.3f}; steps beyond the exact certificate's {vain / spent:.3f} of those spent")
    assert fmean(squares) < 0.1
