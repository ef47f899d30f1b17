"""The short way through a decoder gives what the model gives, and is not taken where it would not."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.language.lean import Lean
from eudaimon.language.network import Network

TAKEN = ("llama", "qwen2", "qwen3", "mistral", "lfm2")
LEFT = ("gemma", "gemma2", "gemma3_text", "gpt_oss", "gpt_neox", "mamba", "mamba2")


def logits(network: Network, pieces: list[list[int]], pads: int) -> torch.Tensor:
    """Of the last piece, all its tokens."""
    cache, read = network.cache(4), 0
    for number, piece in enumerate(pieces):
        tokens = [*[0] * pads, *piece] if number == 0 else piece
        mask = torch.arange(read + len(tokens))[None] >= pads if pads else None
        places = (torch.arange(read, read + len(tokens)) - pads).clamp(min=0)
        read += len(tokens)
        found = network(torch.tensor([tokens]), cache, mask, places[None], len(piece))
    return found


@pytest.mark.parametrize("family", TAKEN)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.lists(st.integers(20, 50), min_size=1, max_size=14), min_size=1, max_size=4),
    pads=st.integers(0, 4),
)
@torch.inference_mode()
def test_the_short_way_gives_the_same_logits(tiny: ModuleType, family: str, pieces: list[list[int]], pads: int) -> None:
    model = tiny.local(family).model
    lean, plain = Network(model), Network(model)
    assert lean.lean
    plain._tested, plain._lean = True, None
    torch.testing.assert_close(logits(lean, pieces, pads), logits(plain, pieces, pads), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", LEFT)
def test_what_computes_something_else_runs_as_it_did(tiny: ModuleType, family: str) -> None:
    assert Network(tiny.local(family).model).lean is None


def test_a_model_that_looks_alike_and_is_another_is_found_out(tiny: ModuleType) -> None:
    model = tiny.random_model("llama", tiny.native_tokenizer())
    for layer in model.model.layers:
        layer.mlp.act_fn = torch.nn.GELU()
    assert Lean.of(model), "put together alike"
    assert Network(model).lean is None


def test_whoever_listens_in_on_a_layer_is_called(tiny: ModuleType) -> None:
    model = tiny.random_model("llama", tiny.native_tokenizer())
    network, heard = Network(model), []
    before = logits(network, [[21, 22, 23]], 0)

    def listen(module: Any, given: Any, states: torch.Tensor) -> torch.Tensor:
        heard.append(module)
        return states * 2

    hook = model.model.layers[0].mlp.register_forward_hook(listen)
    changed = logits(network, [[21, 22, 23]], 0)
    hook.remove()
    assert heard
    assert not torch.allclose(before, changed)
    torch.testing.assert_close(logits(network, [[21, 22, 23]], 0), before)


def test_weights_that_changed_before_anything_was_read_are_the_weights_used(tiny: ModuleType) -> None:
    model = tiny.random_model("llama", tiny.native_tokenizer())
    network = Network(model)
    with torch.no_grad():
        model.model.layers[1].self_attn.q_proj.weight.mul_(3)
        torch.testing.assert_close(
            logits(network, [[21, 22, 23]], 0), model(torch.tensor([[21, 22, 23]])).logits, atol=1e-5, rtol=1e-5
        )
