"""What a keeper believes is what Bayes' rule says, and its plan costs what lives by that plan cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.training.methods import Homeostat, SetPoint
from eudaimon.training.methods.foresight import DRIFT, OTHER, OWN, Foresight
from eudaimon.training.methods.horizon import DISCOUNT, Horizon


def seen(steps: int, seed: int = 0) -> tuple[Foresight, np.ndarray, np.ndarray]:
    rng, foresight = np.random.default_rng(seed), Foresight([2.0, 4.0])
    amounts, levels = rng.uniform(0, 9, (steps, 2)), rng.normal(10, 5, (steps, 2))
    moved = amounts @ np.array([[0.8, -0.3], [0.1, 1.2]]) - 1 + rng.normal(0, 0.7, (steps, 2))
    for amount, level, move in zip(amounts, levels, moved, strict=True):
        foresight.saw(level, amount, level + move)
    return foresight, amounts, moved


def test_beliefs_are_those_of_ridge_regression_on_all_steps_at_once() -> None:
    foresight, amounts, moved = seen(30)
    known = np.concatenate([amounts / 3, np.ones((30, 1))], 1)
    for level in range(2):
        prior = [1 / OWN if place == level else 1 / OTHER for place in range(2)] + [1 / DRIFT]
        believed = np.linalg.solve(known.T @ known + np.diag(prior), known.T @ moved[:, level] / 3)
        assert foresight.moves(amounts)[:, level] == pytest.approx(3 * known @ believed)


def test_effects_and_drift_are_found_and_doubt_is_small_where_much_was_seen() -> None:
    foresight, amounts, _ = seen(2000)
    assert foresight.effects == pytest.approx(np.array([[0.8, -0.3], [0.1, 1.2], [-1, -1]]), abs=0.1)
    assert foresight.error == pytest.approx([0.7, 0.7], abs=0.05)
    assert 1 < foresight.spread(amounts).max() < 1.01 < Foresight([2.0, 4.0]).spread([[3, 0]])[0, 0]


def test_draws_scatter_as_beliefs_do() -> None:
    foresight, amounts, _ = seen(12)
    rng = np.random.default_rng(0)
    moves = np.stack([foresight.moves(amounts[:3], foresight.drawn(rng)) for _ in range(4000)])
    wider = np.sqrt(foresight.spread(amounts[:3]) ** 2 - 1) * foresight.error
    assert moves.std(0) == pytest.approx(wider, rel=0.1)
    assert moves.mean(0) == pytest.approx(foresight.moves(amounts[:3]), abs=4 * wider.max() / 4000**0.5)


def test_noise_that_is_bounded_warns_of_nothing_beyond_it() -> None:
    rng, foresight = np.random.default_rng(0), Foresight([5.0])
    for _ in range(300):
        foresight.saw([0], [0], [rng.choice([-3, 3])])
    assert np.abs(foresight.noise()).max() == pytest.approx(3, abs=0.5)
    assert foresight.noise().std() == pytest.approx(3, abs=0.5)


def test_a_plan_costs_what_those_who_live_by_it_pay() -> None:
    rng, foresight = np.random.default_rng(1), Foresight([10.0])
    for _ in range(300):
        amount = rng.integers(0, 8)
        foresight.saw([0], [amount], [amount + rng.integers(-6, 5)])
    horizon = Horizon([0.0], [10.0], lambda levels: (np.abs(levels) > 10).astype(float))
    some = np.arange(8.0)[:, None]
    horizon.plan(foresight, some)

    places = np.linspace(-80, 120, 4001)
    table = horizon.costs(places[:, None], np.ones((4001, 1)), np.zeros((4001, 1)))[:, 0]
    moves = foresight.moves(some)[:, 0]
    for start in (-25.0, 0.0, 14.0):
        levels, paid = np.full(4000, start), 0.0
        for step in range(400):
            after = levels[:, None] + moves
            best = np.interp(after, places, table).argmin(1)
            levels = after[np.arange(len(levels)), best] + rng.choice(foresight.noise()[:, 0], len(levels))
            paid += DISCOUNT**step * float((np.abs(levels) > 10).mean())
        assert paid == pytest.approx(np.interp(start + moves, places, table).min(), rel=0.1, abs=0.3)


def test_what_nothing_lowers_is_feared_above_and_not_below() -> None:
    rng, foresight = np.random.default_rng(1), Foresight([10.0])
    for _ in range(300):
        amount = rng.integers(0, 20)
        foresight.saw([0], [amount], [amount + rng.integers(-4, 3)])
    horizon = Horizon([0.0], [10.0], lambda levels: (np.abs(levels) > 10).astype(float))
    horizon.plan(foresight, np.arange(20.0)[:, None])
    below, above = horizon.costs([[-15.0], [15.0]], np.ones((2, 1)), np.zeros((2, 1)))[:, 0]
    assert above > 3 * below


@settings(max_examples=15)
@given(st.integers(0, 1000))
def test_a_keeper_that_believed_that_nothing_helps_finds_out(seed: int) -> None:
    rng, keeper = np.random.default_rng(seed), Homeostat([SetPoint(0, 5)], seed)
    for _ in range(6):
        keeper.saw([0], [3], [-1])
    level = np.array([-20.0])
    for _ in range(80):
        amounts = keeper.choose(level, rng.integers(0, 9, (8, 1)))
        after = level + amounts - 1 + rng.normal(0, 1, 1)
        keeper.saw(level, amounts, after)
        level = after
    assert abs(level[0]) < 10
