"""Worlds and comparisons that the tests of methods share."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from eudaimon.evals.statistics import tost
from eudaimon.training.methods import LanguagePolicy, Policy, TabularPolicy
from eudaimon.training.oracles import divergence
from eudaimon.worlds.exact import ExactWorld, Recipe, Wording, draw

NEAR = 0.01
"""Nats of KL within which a policy counts as having arrived."""


def tensor(array: np.ndarray) -> Tensor:
    return torch.as_tensor(array, dtype=torch.float64)


def arrays(policy: Policy) -> np.ndarray:
    return np.asarray(policy.logprobs().detach().exp().double().numpy())


def tabular(world: ExactWorld) -> TabularPolicy:
    return TabularPolicy(tensor(world.reference))


def language(wording: Wording, seed: int) -> LanguagePolicy:
    """A Llama of some 50 thousand parameters that has no eyes for anything but the world's words."""
    torch.manual_seed(seed)
    size = {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(wording.words), max_position_embeddings=16, **size))
    return LanguagePolicy(model, wording)


def world_of(wording: Wording, seed: int, objectives: int = 1, conflict: float = 1.0) -> ExactWorld:
    recipe = Recipe(contexts=wording.contexts, responses=wording.responses, objectives=objectives, conflict=conflict)
    return draw(recipe, seed)


def arrived(found: list[np.ndarray], wished: list[np.ndarray], worlds: list[ExactWorld]) -> bool:
    """Equivalence over worlds: the bound of the mean KL to the optimum is below `NEAR`."""
    far = [divergence(f, w, one.contexts) for f, w, one in zip(found, wished, worlds, strict=True)]
    return tost(far, NEAR).equivalent
