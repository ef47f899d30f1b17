"""The births that lives start from: made once, by `eudaimon birth`, kept, and shared by all experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eudaimon.experiments.harness.births import birth_at

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel


def born(desk: Desk) -> LocalModel:
    """The model that this life starts from: birth `b` lies in `<births>/b`, seeded by b. None is
    chosen: the embedded model, whose seed was chosen by its card, stands in for no other.

    Raises:
        ExperimentError: it has not been born yet; says how.
    """
    from eudaimon.language.backend import open_model

    return cast("LocalModel", open_model(str(birth_at(desk.births, desk.life.birth))))


def parameters(model: LocalModel) -> int:
    """How many weights it has."""
    return sum(weight.numel() for weight in model.model.parameters())


def unborn(model: LocalModel, seed: int) -> LocalModel:
    """A model of the same shape and words, with random weights."""
    from copy import deepcopy

    import torch
    from transformers import AutoModelForCausalLM

    from eudaimon.language.local import LocalModel

    torch.manual_seed(seed)
    attention = model.model.config._attn_implementation
    network = AutoModelForCausalLM.from_config(deepcopy(model.model.config), attn_implementation=attention).eval()
    return LocalModel(network, model.tokenizer, name="unborn")
