"""A small transformer arrives where the table does: the same oracles, with weights that are shared by all responses."""

import numpy as np
import pytest
import torch
from tests.training.worlds import arrays, arrived, language, world_of
from torch import Tensor

from eudaimon.training.loss import preference as dpo
from eudaimon.training.methods import LanguagePolicy, expected, ipo, modpo, soup
from eudaimon.training.methods.learning import Online, learn_online, learn_pairs
from eudaimon.training.methods.policies import fit
from eudaimon.training.oracles import divergence, ipo_optimum, tilted
from eudaimon.worlds.exact import ExactWorld, Wording, preference

WORDING = Wording(contexts=3, letters=3, length=3)
BETA = 1.0
SEEDS = range(3)


def begun(seed: int, objectives: int = 1, conflict: float = 1.0) -> tuple[LanguagePolicy, ExactWorld, Tensor]:
    """A policy, and a world whose reference is that policy as it begins."""
    policy, world = language(WORDING, seed), world_of(WORDING, seed, objectives, conflict)
    with torch.no_grad():
        reference = policy.logprobs().double().log_softmax(-1)
    return policy, ExactWorld(world.contexts, reference.exp().numpy(), world.gold, world.proxies), reference


def test_the_probabilities_of_all_responses_sum_to_one_and_are_those_of_the_model() -> None:
    policy = language(WORDING, 0)
    whole = arrays(policy)
    assert whole.sum(-1) == pytest.approx(np.ones(3), abs=1e-5)
    letters = [WORDING.contexts + int(x) for x in policy.said[5]]
    prefix, chance = [0], 1.0
    for letter in letters:
        logits = policy.model(input_ids=torch.tensor([prefix])).logits[0, -1, WORDING.contexts :]
        chance *= float(logits.detach().softmax(-1)[letter - WORDING.contexts])
        prefix.append(letter)
    assert whole[0, 5] == pytest.approx(chance, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["dpo", "ipo", "modpo"])
def test_losses_of_pairs_lead_a_transformer_to_their_optimum(method: str) -> None:
    found, wished, worlds = [], [], []
    for seed in SEEDS:
        policy, world, reference = begun(seed, objectives=2, conflict=1.3)
        contexts, chances = torch.as_tensor(world.contexts), torch.as_tensor(preference(world.gold[0]))
        weights = np.array([0.6, 0.4])
        margins = torch.as_tensor(world.gold[1, :, :, None] - world.gold[1, :, None, :])[..., None]
        losses = {
            "dpo": lambda gap: dpo(gap, BETA),
            "ipo": lambda gap: ipo(gap, 0.4),
            "modpo": lambda gap, m=margins, w=weights: modpo(gap, BETA, torch.as_tensor(w), m),
        }
        optima = {
            "dpo": tilted(world.reference, world.gold[0], BETA),
            "ipo": ipo_optimum(world.reference, preference(world.gold[0]), 0.4),
            "modpo": tilted(world.reference, np.tensordot(weights, world.gold, 1), BETA),
        }

        def loss(said: Tensor, r: Tensor = reference, c: Tensor = contexts, p: Tensor = chances) -> Tensor:
            return expected(losses[method], said.double(), r, c, p)  # noqa: B023

        learn_pairs(policy, loss, 400, 5e-3)
        found.append(arrays(policy))
        wished.append(optima[method])
        worlds.append(world)
    assert arrived(found, wished, worlds)
    assert not arrived([world.reference for world in worlds], wished, worlds)


@pytest.mark.slow
@pytest.mark.parametrize("advantage", ["rloo", "grpo unscaled"])
def test_rewards_of_what_it_says_lead_a_transformer_to_the_optimum(advantage: str) -> None:
    found, wished, worlds = [], [], []
    for seed in SEEDS:
        policy, world, reference = begun(seed)
        how = Online(advantage, BETA, group=64, steps=500, rate=3e-3, seed=seed)  # type: ignore[arg-type]
        reward = torch.as_tensor(world.gold[0])
        learn_online(policy, reference, torch.as_tensor(world.contexts), reward, how)
        found.append(arrays(policy))
        wished.append(tilted(world.reference, world.gold[0], BETA))
        worlds.append(world)
    assert arrived(found, wished, worlds)


def soup_distances(near: float, rate: float) -> list[float]:
    """KL of a soup of two ends, and of either end, to the optimum of the mean reward at beta `near`."""
    policy, world = language(WORDING, 0), world_of(WORDING, 0, objectives=2, conflict=1.3)
    contexts = torch.as_tensor(world.contexts)

    def go_to(goal: np.ndarray, rate: float) -> dict[str, Tensor]:
        wished = torch.as_tensor(goal).log()

        def loss() -> Tensor:
            said = policy.logprobs().double()
            return (contexts[:, None] * said.exp() * (said - wished)).sum()

        fit(policy, loss, 300, rate)
        return {name: value.clone() for name, value in policy.state_dict().items()}

    start, ends = go_to(world.reference, 3e-3), []
    for gold in world.gold:
        policy.load_state_dict(start)
        ends.append(go_to(tilted(world.reference, gold, near), rate))
    wished, far = tilted(world.reference, world.gold.mean(0), near), []
    for weights in ([0.5, 0.5], [1.0, 0.0], [0.0, 1.0]):
        policy.load_state_dict(soup(ends, weights))
        far.append(divergence(arrays(policy), wished, world.contexts))
    return far


@pytest.mark.slow
def test_a_soup_is_the_optimum_of_the_sum_only_where_its_ends_stayed_near_their_start() -> None:
    mixed, *ends = soup_distances(near=3.0, rate=5e-4)
    assert mixed < 0.01
    assert mixed < 0.2 * min(ends)
    far, *ends = soup_distances(near=1.0, rate=3e-3)
    assert far > 0.5 * min(ends)
