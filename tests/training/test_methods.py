"""Every method arrives where the oracle says, with a table for a policy; over several worlds, not one lucky seed."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.training.worlds import arrays, arrived, tabular, tensor
from torch import Tensor

from eudaimon.training.loss import preference as dpo
from eudaimon.training.methods import (
    Prices,
    SetPoint,
    bounded,
    bradley_terry,
    conditioned,
    expected,
    fit,
    group_relative,
    ipo,
    k3,
    leave_one_out,
    modpo,
    robust,
    saturated,
    shortfall,
    simplex,
    soup,
)
from eudaimon.training.methods.learning import Online, learn_online
from eudaimon.training.oracles import (
    beta_within,
    constrained,
    curved_front,
    divergence,
    forward_optimum,
    ipo_optimum,
    normalised_hypervolume,
    tilted,
)
from eudaimon.training.oracles import (
    bradley_terry as scores_of,
)
from eudaimon.training.oracles.front import values
from eudaimon.values import Standard
from eudaimon.worlds.exact import ExactWorld, Recipe, draw, preference

BETA = 0.7
SMALL = Recipe(contexts=3, responses=8)
WORLDS = [draw(SMALL, seed) for seed in range(5)]


def on_population(world: ExactWorld, loss: Callable[[Tensor], Tensor], chances: np.ndarray) -> np.ndarray:
    policy, reference = tabular(world), tensor(np.log(world.reference))
    contexts, chances = tensor(world.contexts), tensor(chances)
    fit(policy, lambda: expected(loss, policy.logprobs(), reference, contexts, chances), 800, 0.1)
    return arrays(policy)


def test_dpo_on_all_preferences_is_the_optimum_of_rlhf() -> None:
    found = [on_population(w, lambda gap: dpo(gap, BETA), preference(w.gold[0])) for w in WORLDS]
    assert arrived(found, [tilted(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)


def test_an_untrained_policy_has_not_arrived() -> None:
    wished = [tilted(w.reference, w.gold[0], BETA) for w in WORLDS]
    assert not arrived([w.reference for w in WORLDS], wished, WORLDS)


def test_ipo_on_all_preferences_is_its_own_optimum_and_not_that_of_dpo() -> None:
    tau = 0.3
    found = [on_population(w, lambda gap: ipo(gap, tau), preference(w.gold[0])) for w in WORLDS]
    wished = [ipo_optimum(w.reference, preference(w.gold[0]), tau) for w in WORLDS]
    assert arrived(found, wished, WORLDS)
    assert not arrived(found, [tilted(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)


def test_smoothed_dpo_arrives_at_the_scores_of_smoothed_labels() -> None:
    smoothing = 0.1
    found, wished = [], []
    for world in WORLDS:
        chances = preference(world.gold[0])
        found.append(on_population(world, lambda gap: dpo(gap, BETA, smoothing), chances))
        told = (1 - smoothing) * chances + smoothing * np.swapaxes(chances, 1, 2)
        pairs = [np.outer(row, row) for row in world.reference]
        scores = np.array([scores_of(row, seen) for row, seen in zip(told, pairs, strict=True)])
        wished.append(tilted(world.reference, scores, BETA))
    assert arrived(found, wished, WORLDS)


def test_robust_dpo_undoes_labels_that_were_flipped() -> None:
    flipped, found = 0.2, []
    for world in WORLDS:
        chances = preference(world.gold[0])
        told = (1 - flipped) * chances + flipped * np.swapaxes(chances, 1, 2)
        found.append(on_population(world, lambda gap: robust(gap, BETA, flipped), told))
    assert arrived(found, [tilted(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)


def test_modpo_is_the_optimum_of_the_weighted_sum() -> None:
    weights = np.array([0.4, 0.35, 0.25])
    worlds = [draw(Recipe(contexts=3, responses=8, objectives=3, conflict=1.2), seed) for seed in range(5)]
    found = []
    for world in worlds:
        margins = tensor(world.gold[1:, :, :, None] - world.gold[1:, :, None, :]).permute(1, 2, 3, 0)
        loss = lambda g, m=margins: modpo(g, BETA, tensor(weights), m)  # noqa: E731
        found.append(on_population(world, loss, preference(world.gold[0])))
    wished = [tilted(w.reference, np.tensordot(weights, w.gold, 1), BETA) for w in worlds]
    assert arrived(found, wished, worlds)


def test_modpo_without_a_weight_for_what_pairs_are_judged_by_is_refused() -> None:
    with pytest.raises(ValueError, match="positive weight"):
        modpo(torch.zeros(1), 1.0, torch.tensor([0.0, 1.0]), torch.zeros(1, 1))


ONLINE = Online(beta=BETA, group=32, steps=1500, rate=0.05)


def online(world: ExactWorld, how: Online) -> np.ndarray:
    policy = tabular(world)
    learn_online(policy, tensor(np.log(world.reference)), tensor(world.contexts), tensor(world.gold[0]), how)
    return arrays(policy)


@pytest.mark.parametrize("advantage", ["rloo", "grpo unscaled"])
@pytest.mark.long
def test_learning_from_rewards_is_the_optimum_of_rlhf(advantage: str) -> None:
    found = [online(w, Online(**{**_fields(ONLINE), "advantage": advantage})) for w in WORLDS]
    assert arrived(found, [tilted(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)


@pytest.mark.long
def test_kl_in_the_loss_without_its_correction_goes_to_the_optimum_of_the_other_direction() -> None:
    how = Online(**{**_fields(ONLINE), "advantage": "grpo unscaled", "corrected": False})
    found = [online(w, how) for w in WORLDS]
    assert arrived(found, [forward_optimum(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)
    assert not arrived(found, [tilted(w.reference, w.gold[0], BETA) for w in WORLDS], WORLDS)


@pytest.mark.long
def test_scaled_advantages_multiply_beta_by_each_contexts_own_deviation() -> None:
    strong = 2.5  # at a small beta deviation and policy shrink together, and the policy collapses
    found = [online(w, Online(**{**_fields(ONLINE), "advantage": "grpo", "beta": strong})) for w in WORLDS]
    own = []
    for world, policy in zip(WORLDS, found, strict=True):
        mean = (policy * world.gold[0]).sum(-1, keepdims=True)
        deviation = np.sqrt((policy * (world.gold[0] - mean) ** 2).sum(-1, keepdims=True))
        own.append(tilted(world.reference, world.gold[0] / deviation, strong))
    assert arrived(found, own, WORLDS)
    assert not arrived(found, [tilted(w.reference, w.gold[0], strong) for w in WORLDS], WORLDS)


def _fields(how: Online) -> dict[str, object]:
    return {name: getattr(how, name) for name in how.__slots__}


TORN = [draw(Recipe(contexts=3, responses=24, objectives=2, conflict=1.7), seed) for seed in range(5)]
STEER = [np.array([1 - share, share]) for share in np.linspace(0, 1, 33)]
BUDGET = 0.3


@pytest.mark.long
def test_modpo_has_the_hypervolume_of_the_exact_curved_front_within_one_percent() -> None:
    for world in TORN[:2]:
        points = []
        for weight in STEER[2:-2:7]:
            order = [0, 1] if weight[0] >= weight[1] else [1, 0]  # judged by whichever weighs more
            gold = world.gold[order]
            beta = beta_within(world.reference, np.tensordot(weight, world.gold, 1), world.contexts, BUDGET)
            margins = tensor(gold[1:, :, :, None] - gold[1:, :, None, :]).permute(1, 2, 3, 0)
            loss = lambda g, b=beta, o=order, m=margins, w=weight: modpo(g, b, tensor(w[o]), m)  # noqa: E731
            points.append(values(on_population(world, loss, preference(gold[0])), world.gold, world.contexts))
        exact = curved_front(world.reference, world.gold, world.contexts, BUDGET, STEER[2:-2:7])
        whole = curved_front(world.reference, world.gold, world.contexts, BUDGET, STEER)
        reached, wished = (normalised_hypervolume(np.array(some), whole) for some in (points, exact))
        assert reached == pytest.approx(wished, abs=0.01)


def test_a_soup_of_tables_is_the_optimum_of_the_weighted_sum_at_the_same_beta() -> None:
    for world in TORN:
        ends = [{"logits": tensor(np.log(tilted(world.reference, gold, BETA)))} for gold in world.gold]
        for weight in STEER[::8]:
            mixed = soup(ends, weight.tolist())["logits"].softmax(-1).numpy()
            wished = tilted(world.reference, np.tensordot(weight, world.gold, 1), BETA)
            assert divergence(wished, mixed, world.contexts) < 1e-6


def test_a_policy_that_is_told_the_weights_goes_where_they_say() -> None:
    world = TORN[0]
    reference, contexts = tensor(np.log(world.reference)), tensor(world.contexts)
    base, drawn = tabular(world), torch.nn.Parameter(torch.zeros(2, *world.reference.shape, dtype=torch.float64))
    optimizer, chance = torch.optim.Adam([base.logits, drawn], lr=0.05), torch.Generator().manual_seed(0)

    def steered(weight: Tensor) -> Tensor:
        return (base.logits + torch.tensordot(weight, drawn, 1)).log_softmax(-1)

    for _ in range(1500):
        share = torch.rand((), generator=chance, dtype=torch.float64)
        weight = torch.stack([1 - share, share])
        chances = preference(np.tensordot(weight.numpy(), world.gold, 1))
        optimizer.zero_grad()
        expected(lambda g: dpo(g, BETA), steered(weight), reference, contexts, tensor(chances)).backward()
        optimizer.step()
    for weight in STEER[::8]:
        wished = tilted(world.reference, np.tensordot(weight, world.gold, 1), BETA)
        assert divergence(steered(tensor(weight)).exp().detach().numpy(), wished, world.contexts) < 0.01


def test_prices_and_policy_arrive_at_the_constrained_optimum() -> None:
    for world in (draw(Recipe(contexts=2, responses=6, objectives=3, conflict=1.3), seed) for seed in range(3)):
        floors = values(world.reference, world.gold[1:], world.contexts) + 0.15
        wished = constrained(world.reference, world.contexts, world.gold[0], world.gold[1:], floors, BETA)
        prices, policy = Prices(floors.tolist(), rate=0.3), world.reference
        for _ in range(600):
            policy = tilted(world.reference, prices.reward(world.gold[0], world.gold[1:]), BETA)
            prices.move(values(policy, world.gold[1:], world.contexts))
        assert prices.now == pytest.approx(wished.prices, abs=1e-3)
        assert divergence(policy, wished.policy, world.contexts) < 1e-4


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=8))
def test_advantages_sum_to_nothing_and_equal_rewards_teach_nothing(rewards: list[float]) -> None:
    group = torch.tensor([rewards], dtype=torch.float64)
    for advantage in (leave_one_out, group_relative):
        assert float(advantage(group).sum()) == pytest.approx(0, abs=1e-6)
        assert float(advantage(torch.full_like(group, rewards[0])).abs().max()) < 1e-6


def test_the_estimator_has_the_value_of_one_kl_and_the_gradient_of_the_other() -> None:
    world = WORLDS[0]
    policy, reference = tensor(np.log(tilted(world.reference, world.gold[0], 1.0))), tensor(np.log(world.reference))
    for corrected, direction in ((False, "forward"), (True, "reverse")):
        ours = policy.clone().requires_grad_()
        normal = ours.log_softmax(-1)
        (k3(normal, reference, corrected) * normal.exp().detach()).sum().backward()
        theirs = policy.clone().requires_grad_()
        normal = theirs.log_softmax(-1)
        kl = (
            (normal.exp() * (normal - reference)).sum() if direction == "reverse" else -(reference.exp() * normal).sum()
        )
        kl.backward()
        assert ours.grad is not None
        assert theirs.grad is not None
        assert torch.allclose(ours.grad, theirs.grad, atol=1e-9)


def test_margins_ask_for_more_and_smoothing_for_less_than_certainty() -> None:
    gap = torch.linspace(-3, 9, 4001)
    wished = [float(gap[bradley_terry(gap, margin, smoothing).argmin()]) for margin, smoothing in ((0, 0.1), (1, 0.1))]
    assert wished == pytest.approx([np.log(9), np.log(9) + 1], abs=0.01)
    assert bradley_terry(gap, 1.0) == pytest.approx(bradley_terry(gap - 1.0))


STANDARDS = [Standard(floor=0.2, aspiration=0.6), Standard(floor=0.3, aspiration=0.7)]


def test_what_is_good_enough_has_no_gradient_at_all() -> None:
    scores = torch.tensor([[0.7, 0.5], [0.9, 0.9]], requires_grad=True)
    bounded(scores, STANDARDS).sum().backward()
    assert scores.grad is not None
    assert scores.grad.tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert shortfall(scores, STANDARDS)[1].tolist() == [0.0, 0.0]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 0.19))
def test_no_gain_pays_for_a_broken_floor(kept: list[float], broken: float) -> None:
    above = [max(score, standard.floor) for score, standard in zip(kept, STANDARDS, strict=True)]
    worse = torch.tensor([broken, 1.0], dtype=torch.float64)
    assert bounded(worse, STANDARDS) < bounded(torch.tensor(above, dtype=torch.float64), STANDARDS)


def test_what_cannot_be_read_is_worse_than_the_worst_that_keeps_its_floor() -> None:
    assert bounded(torch.tensor([float("nan"), 1.0]), STANDARDS) < bounded(torch.tensor([0.2, 0.3]), STANDARDS)


def test_a_score_without_a_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="one standard for each score"):
        bounded(torch.zeros(3), STANDARDS)


@given(st.floats(0, 50), st.floats(0.1, 10))
def test_saturated_rewards_are_bounded_and_rise(reward: float, scale: float) -> None:
    here, further = (float(saturated(torch.tensor(x, dtype=torch.float64), scale)) for x in (reward, reward + 1))
    assert 0 <= here <= further <= 1


@given(st.floats(-100, 100), st.sampled_from([0.1, 10.0]))
def test_set_points_do_not_depend_on_the_unit(value: float, scale: float) -> None:
    plain, other = SetPoint(20, 5, 2), SetPoint(20 * scale, 5 * scale, 2 * scale)
    assert plain.reward(value) == pytest.approx(other.reward(value * scale), abs=1e-9)


def test_drive_begins_at_the_band_and_ends_in_the_middle() -> None:
    point = SetPoint(10, 2)
    assert [point.pressed(x) for x in (8.5, 12.1)] == [False, True]
    assert [point.pressed(x, before=True) for x in (11.5, 10.9)] == [True, False]


def test_soups_of_what_does_not_belong_together_are_refused() -> None:
    one, other = {"a": torch.zeros(2)}, {"a": torch.zeros(3)}
    for states, weights in (([one, one], [0.5, 0.6]), ([one], [0.5, 0.5]), ([one, other], [0.5, 0.5])):
        with pytest.raises(ValueError, match="soup"):
            soup(states, weights)


def test_weightings_cover_the_simplex_once() -> None:
    found = list(simplex(3, 4))
    assert len(found) == len(set(found)) == 15
    assert all(sum(one) == pytest.approx(1) for one in found)
    assert conditioned("x", {"a": 1.0}) == "<a: 1.00> x"
