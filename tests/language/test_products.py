"""Weights that are laid out for few rows give the products that the layers give, and follow them when they change."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch
from torch import nn

from eudaimon.dialogue import Message
from eudaimon.language import Extend
from eudaimon.language.local import LocalModel
from eudaimon.language.products import PACKED, Product

ROWS = (1, 2, 7, 9, 40)


def layers(inputs: int, biased: tuple[bool, ...]) -> list[nn.Linear]:
    torch.manual_seed(inputs)
    return [nn.Linear(inputs, 2 * inputs, bias=bias) for bias in biased]


@pytest.mark.parametrize("inputs", [24, 300], ids=["small", "packed"])
@pytest.mark.parametrize("biased", [(False,), (False, False), (True, True), (True, False)])
@pytest.mark.parametrize("scaled", [False, True])
@torch.inference_mode()
def test_a_product_is_what_its_layers_give_side_by_side(inputs: int, biased: tuple[bool, ...], scaled: bool) -> None:
    some = layers(inputs, biased)
    scale = torch.rand(inputs) + 0.5 if scaled else None
    laid, plain = (Product([(one.weight, one.bias) for one in some], laid, scale) for laid in (True, False))
    assert (sum(one.weight.numel() for one in some) >= PACKED) == (inputs == 300)
    for rows in ROWS:
        states, onto = torch.randn(rows, inputs), torch.randn(rows, 2 * inputs * len(some))
        given = states if scale is None else states * scale
        wanted = torch.cat([one(given) for one in some], dim=-1)
        for product in (laid, plain):
            before = onto.clone()
            torch.testing.assert_close(product(states), wanted, atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(product(states, onto), wanted + onto, atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(torch.cat(list(product.parts(states)), -1), wanted, atol=1e-5, rtol=1e-5)
            assert torch.equal(onto, before), "what it is added to stays as it is"


def test_gradients_reach_the_layers_themselves() -> None:
    (layer,) = layers(24, (False,))
    Product([(layer.weight, None)], True)(torch.randn(1, 24)).sum().backward()
    assert layer.weight.grad is not None


@pytest.mark.parametrize("family", ["llama", "lfm2"])
def test_who_changes_the_weights_and_forgets_hears_the_changed_ones(tiny: ModuleType, family: str) -> None:
    tokenizer = tiny.native_tokenizer()
    model = LocalModel(tiny.random_model(family, tokenizer), tokenizer)
    asked = [Extend((Message("user", "does Tom sell bread?"),), max_tokens=6, temperature=1.0)]
    before = model.extend(asked)
    with torch.no_grad():
        for weight in model.model.parameters():
            weight.data.mul_(1.5)  # unseen by the tensors' version counters
    model.forget()
    fresh = LocalModel(model.model, tokenizer)
    assert model.extend(asked) == fresh.extend(asked) != before
