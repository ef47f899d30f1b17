"""Homeostasis worlds do what their description says, and a keeper of set-points learns what it is not told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.training.methods import Homeostat, SetPoint
from eudaimon.training.methods.homeostat import options
from eudaimon.worlds.homeostasis import Body, Harvest, draw_body, published


def share_out(body: Body, act, trials: int = 200) -> float:
    rng, levels, out = np.random.default_rng(0), body.begin(trials), []
    for _ in range(100):
        levels = body.step(levels, act(levels), rng)
        out.append(body.out(levels).mean())
    return float(np.mean(out))


def test_the_published_body_gives_a_plain_controller_and_doing_nothing_their_published_shares() -> None:
    body = published()
    assert share_out(body, lambda levels: np.maximum(0, body.targets - levels)) == pytest.approx(0.081, abs=0.015)
    assert share_out(body, np.zeros_like) == pytest.approx(0.849, abs=0.02)


def test_the_sum_of_rewards_wants_more_up_to_the_edge_of_the_band() -> None:
    body = published()
    levels = np.array([[110.0, 120.0], [121.0, 132.0], [122.0, 120.0]])
    assert body.rewards(levels, levels - body.targets).sum(-1).tolist() == [0.0, 23.0, 12.0 - 120.0]


def test_bodies_are_drawn_and_differ() -> None:
    one, same, other = (draw_body(seed) for seed in (3, 3, 4))
    assert np.array_equal(one.gains, same.gains)
    assert not np.array_equal(one.gains, other.gains)


def test_a_harvest_gives_ten_a_step_at_most_and_tells_how_even_it_was() -> None:
    harvest = Harvest()
    assert harvest.allowed(np.array([30.0, 10.0])).sum() <= 10
    assert harvest.balance(harvest.begin(1))[0] == 0.0
    assert harvest.balance(np.array([[210.0, 140.0]]))[0] == pytest.approx(0.2)


def kept(body: Body, scale: float, seed: int = 0) -> tuple[Homeostat, list[float], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    keeper = Homeostat([SetPoint(scale * t, scale * b) for t, b in zip(body.targets, body.bands, strict=True)], seed)
    out, taken = [], []
    for _ in range(4):
        levels = body.begin(1)
        for _ in range(100):
            proposals = rng.integers(0, 21, (16, 2)).astype(float)
            amounts = keeper.choose(scale * levels[0], scale * proposals) / scale
            after = body.step(levels, amounts[None], rng)
            keeper.saw(scale * levels[0], scale * amounts, scale * after[0])
            out.append(float(body.out(after).mean()))
            taken.append(amounts)
            levels = after
    return keeper, out, taken


def test_a_keeper_finds_what_amounts_do_and_keeps_even_random_proposals_near_the_targets() -> None:
    body = draw_body(1)
    keeper, out, _ = kept(body, 1.0)
    effects = np.stack(
        [keeper.foreseen([0.0, 0.0], one)[0] - keeper.foreseen([0.0, 0.0], [0, 0])[0] for one in np.eye(2)]
    )
    assert pytest.approx(body.gains, abs=0.25) == effects.T
    assert np.mean(out) < 0.5
    assert share_out(body, lambda levels: np.full_like(levels, 10.0)) > 0.9


@given(st.sampled_from([0.1, 10.0, 1000.0]))
@pytest.mark.long
def test_units_do_not_matter(scale: float) -> None:
    body = published()
    plain, scaled = (kept(body, one, seed=2)[2] for one in (1.0, scale))
    assert np.allclose(plain, scaled, atol=1e-6)


def test_what_is_taken_is_always_a_proposal_or_a_part_of_one() -> None:
    rng = np.random.default_rng(0)
    keeper = Homeostat([SetPoint(10, 2), SetPoint(20, 2)])
    for _ in range(30):
        proposals = rng.integers(1, 9, (4, 2)).astype(float)
        amounts = keeper.choose(rng.uniform(5, 25, 2), proposals)
        assert any(np.array_equal(amounts, option) for option in options(proposals))
        keeper.saw([10, 20], amounts, np.array([10, 20]) + amounts)


def test_nothing_that_is_seen_moves_a_set_point() -> None:
    points = [SetPoint(10, 2), SetPoint(20, 2)]
    keeper = Homeostat(points)
    for _ in range(20):
        keeper.saw([10, 20], [5, 5], [500, 500])
        keeper.choose([500, 500], [[5, 5]])
    assert keeper.points == tuple(points)
    points.clear()
    assert len(keeper.points) == 2


def test_chances_of_staying_in_band_are_borne_out() -> None:
    rng, keeper = np.random.default_rng(1), Homeostat([SetPoint(0, 3)])
    told, found = [], []
    for step in range(2000):
        level, amount = rng.uniform(-6, 6), rng.uniform(0, 4)
        after = level + 0.7 * amount - 1 + rng.normal()
        if step > 100:
            told.append(keeper.within([level], [amount])[0])
            found.append(abs(after) <= 3)
        keeper.saw([level], [amount], [after])
    assert np.mean((np.array(told) - found) ** 2) < 0.1
    assert np.mean(told) == pytest.approx(np.mean(found), abs=0.03)
