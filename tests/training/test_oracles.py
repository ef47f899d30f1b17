"""Oracles are right: by brute force, by known cases, and by properties that must hold whatever the world."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.errors import InputError
from eudaimon.training.oracles import (
    best_of,
    best_worst,
    beta_within,
    bradley_terry,
    constrained,
    curved_front,
    divergence,
    forward_optimum,
    hypervolume,
    ipo_optimum,
    normalised_hypervolume,
    pareto,
    quantilizer,
    quantilizer_bound,
    regularised,
    tilted,
    value,
    vertices,
)
from eudaimon.training.oracles.front import values
from eudaimon.training.oracles.worst import weighted_best
from eudaimon.worlds.exact import ExactWorld, Recipe, draw, preference

seeds = st.integers(0, 10_000)


def world(seed: int, **recipe: float) -> ExactWorld:
    return draw(Recipe(**{"contexts": 3, "responses": 6, "objectives": 2, **recipe}), seed)  # type: ignore[arg-type]


def others(seed: int, count: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(shape[1], 0.5), (count, shape[0])) + 1e-12


@given(seeds, st.floats(0.05, 5))
def test_no_policy_is_worth_more_than_the_tilted_one(seed: int, beta: float) -> None:
    one = world(seed)
    best = regularised(tilted(one.reference, one.gold[0], beta), one.reference, one.gold[0], one.contexts, beta)
    for policy in others(seed, 20, one.reference.shape):
        assert regularised(policy, one.reference, one.gold[0], one.contexts, beta) <= best + 1e-9


@given(seeds, st.floats(0.05, 5))
def test_what_the_tilted_policy_is_worth_is_the_log_of_its_normaliser(seed: int, beta: float) -> None:
    one = world(seed)
    best = regularised(tilted(one.reference, one.gold[0], beta), one.reference, one.gold[0], one.contexts, beta)
    normaliser = beta * one.contexts @ np.log((one.reference * np.exp(one.gold[0] / beta)).sum(-1))
    assert best == pytest.approx(normaliser, abs=1e-9)


@given(seeds, st.floats(0.05, 2))
def test_no_policy_is_worth_more_than_the_forward_optimum_under_its_own_penalty(seed: int, beta: float) -> None:
    one = world(seed)

    def worth(policy: np.ndarray) -> float:
        return value(policy, one.gold[0], one.contexts) - beta * divergence(one.reference, policy, one.contexts)

    best = forward_optimum(one.reference, one.gold[0], beta)
    assert best.sum(-1) == pytest.approx(np.ones(3))
    assert all(worth(policy) <= worth(best) + 1e-9 for policy in others(seed, 20, one.reference.shape))


@given(seeds)
def test_divergence_is_nought_only_at_home(seed: int) -> None:
    one = world(seed)
    assert divergence(one.reference, one.reference, one.contexts) == 0
    assert divergence(tilted(one.reference, one.gold[0], 1.0), one.reference, one.contexts) > 0


def test_bradley_terry_finds_the_reward_that_made_the_preferences() -> None:
    one = world(3)
    for reward, reference in zip(one.gold[0], one.reference, strict=True):
        scores = bradley_terry(preference(reward[None])[0], np.outer(reference, reference))
        assert scores == pytest.approx(reward - reward.mean(), abs=1e-6)


def test_ipo_does_not_run_away_where_preferences_are_certain() -> None:
    reference = np.array([[0.5, 0.5]])
    certain = np.array([[[0.5, 1.0], [0.0, 0.5]]])
    policy = ipo_optimum(reference, certain, 0.5)
    assert np.log(policy[0, 0] / policy[0, 1]) == pytest.approx((0.75 - 0.25) / 0.5)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_hypervolume_is_the_number_of_unit_cells_that_are_dominated(points: list[tuple[int, int, int]]) -> None:
    for count in (1, 2, 3):
        cut = np.array(points, dtype=float)[:, :count]
        cells = np.stack(np.meshgrid(*[np.arange(6) + 0.5] * count, indexing="ij"), -1).reshape(-1, count)
        brute = (cut[None] > cells[:, None]).all(-1).any(-1).sum()
        assert hypervolume(cut, np.zeros(count)) == pytest.approx(brute)


def test_only_points_that_nothing_dominates_are_on_the_front() -> None:
    points = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0], [0.5, 0.5], [1.0, 1.0]])
    assert pareto(points).tolist() == [True, True, True, False, True]


@given(seeds)
def test_vertices_are_what_weighted_sums_find_and_nothing_attainable_lies_beyond(seed: int) -> None:
    one = world(seed)
    found = vertices(one.gold, one.contexts)
    for share in np.linspace(0, 1, 33):
        weight = np.array([1 - share, share])
        assert (found @ weight).max() == pytest.approx(weighted_best(one.gold, one.contexts, weight), abs=1e-9)
    assert pareto(found).all()


@settings(max_examples=25)
@given(seeds)
@pytest.mark.long
def test_the_curved_front_bends_outward_and_the_chord_has_none_of_it(seed: int) -> None:
    one = world(seed, conflict=1.8, responses=32)
    weights = [np.array([1 - share, share]) for share in np.linspace(0, 1, 65)]
    front = curved_front(one.reference, one.gold, one.contexts, 0.3, weights)
    chord = front[0] + np.linspace(0, 1, 65)[:, None] * (front[-1] - front[0])
    assert normalised_hypervolume(front, front) == pytest.approx(1)
    assert normalised_hypervolume(chord, front) == pytest.approx(0, abs=1e-9)
    assert pareto(front).all()


@given(seeds, st.floats(0.01, 1))
def test_a_budget_of_divergence_is_used_up(seed: int, budget: float) -> None:
    one = world(seed, responses=32)
    beta = beta_within(one.reference, one.gold[0], one.contexts, budget)
    assert divergence(tilted(one.reference, one.gold[0], beta), one.reference, one.contexts) == pytest.approx(budget)


def test_a_reward_that_leads_nowhere_has_no_beta_for_a_budget() -> None:
    with pytest.raises(ValueError, match="leads nowhere"):
        beta_within(np.array([[0.5, 0.5]]), np.zeros((1, 2)), np.ones(1), 0.1)


def test_objectives_that_agree_have_no_bend_to_be_normalised_by() -> None:
    with pytest.raises(ValueError, match="conflict more"):
        normalised_hypervolume(np.ones((1, 2)), np.array([[2.0, 2.0], [2.0, 2.0]]))


@given(seeds, st.floats(0.2, 2))
def test_the_constrained_optimum_keeps_its_floors_and_meets_its_own_bound(seed: int, beta: float) -> None:
    one = world(seed, objectives=3)
    floors = values(one.reference, one.gold[1:], one.contexts) + 0.2
    found = constrained(one.reference, one.contexts, one.gold[0], one.gold[1:], floors, beta)
    assert found.slack.min() >= -1e-6
    assert np.abs(found.prices * found.slack).max() < 1e-5  # what is not scarce costs nothing
    assert found.value == pytest.approx(found.bound, abs=1e-5)
    for policy in [*others(seed, 20, one.reference.shape), one.reference]:
        if (values(policy, one.gold[1:], one.contexts) >= floors).all():
            assert regularised(policy, one.reference, one.gold[0], one.contexts, beta) <= found.bound + 1e-6


def test_floors_that_nobody_can_keep_are_told() -> None:
    one = world(1)
    with pytest.raises(InputError, match="no policy keeps all floors"):
        constrained(one.reference, one.contexts, one.gold[0], one.gold[1:], np.array([99.0]), 1.0)


@given(seeds, st.sampled_from([0.8, 1.0, 1.4]))
def test_the_best_worst_objective_is_certified(seed: int, conflict: float) -> None:
    one = world(seed, objectives=3, conflict=conflict)
    found = best_worst(one.gold, one.contexts)
    assert found.bound - found.value == pytest.approx(0, abs=1e-9)
    assert all(values(policy, one.gold, one.contexts).min() <= found.bound for policy in others(seed, 50, (3, 6)))
    assert found.weights.sum() == pytest.approx(1)


def test_rewards_that_sum_to_nothing_have_no_perfect_state_and_one_reward_has() -> None:
    torn = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    assert best_worst(torn, np.ones(1)).value == pytest.approx(0.5)
    assert best_worst(torn, np.ones(1)).never()
    assert not best_worst(torn[:1], np.ones(1)).never()


def test_a_world_of_a_hundred_thousand_has_its_certificate_too() -> None:
    one = draw(Recipe(contexts=100, responses=1000, objectives=3, conflict=1.3), 0)
    found = best_worst(one.gold, one.contexts)
    assert found.bound - found.value == pytest.approx(0, abs=1e-8)


@given(seeds, st.floats(0.001, 1))
def test_the_quantilizers_bound_holds_for_any_cost_and_is_reached_by_the_worst(seed: int, q: float) -> None:
    one = world(seed)
    policy = quantilizer(one.reference, one.gold[0], q)
    assert policy.sum(-1) == pytest.approx(np.ones(3), abs=1e-12)
    assert (policy <= one.reference / q + 1e-9).all()
    rng = np.random.default_rng(seed)
    worst = (policy > 0).astype(float) * (policy >= one.reference / q - 1e-12)
    for cost in (
        rng.exponential(size=policy.shape),
        np.exp(3 * one.gold[0]),
        np.abs(rng.standard_cauchy(policy.shape)),
    ):
        paid, most = value(policy, cost, one.contexts), quantilizer_bound(one.reference, cost, one.contexts, q)
        assert paid <= most * (1 + 1e-9) + 1e-9
    reached = value(policy, worst, one.contexts)
    assert reached == pytest.approx(quantilizer_bound(one.reference, worst, one.contexts, q), abs=1e-9)


@given(seeds)
def test_a_quantilizer_of_everything_is_the_reference_and_of_almost_nothing_the_maximum(seed: int) -> None:
    one = world(seed)
    assert quantilizer(one.reference, one.gold[0], 1.0) == pytest.approx(one.reference)
    tiny = quantilizer(one.reference, one.gold[0], 1e-9)
    assert value(tiny, one.gold[0], one.contexts) == pytest.approx(float(one.contexts @ one.gold[0].max(-1)))


def test_equal_utilities_share_the_border_whatever_their_order() -> None:
    policy = quantilizer(np.array([[0.25, 0.25, 0.5]]), np.array([[1.0, 1.0, 0.0]]), 0.25)
    assert policy.tolist() == [[0.5, 0.5, 0.0]]


def test_shares_and_costs_outside_the_theorem_are_refused() -> None:
    one = world(1)
    with pytest.raises(ValueError, match="share q"):
        quantilizer(one.reference, one.gold[0], 0.0)
    with pytest.raises(ValueError, match="not negative"):
        quantilizer_bound(one.reference, -np.ones((3, 6)), one.contexts, 0.5)


@given(seeds, st.integers(2, 30))
def test_best_of_n_is_as_often_what_drawing_finds_and_as_far_as_it_may_be(seed: int, count: int) -> None:
    rng, one = np.random.default_rng(seed), world(seed)
    scores = np.round(one.gold[0])  # some are equal
    policy = best_of(one.reference, scores)(count)
    assert np.allclose(best_of(one.reference, scores)(1), one.reference)
    assert divergence(policy, one.reference, one.contexts) <= np.log(count) - (count - 1) / count + 1e-9
    drawn = rng.choice(6, (4000, count), p=one.reference[0])
    best = scores[0][drawn].max(1)
    for level in np.unique(scores[0]):
        assert policy[0][scores[0] == level].sum() == pytest.approx((best == level).mean(), abs=0.04)
