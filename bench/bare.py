"""A Llama's decoding loop with nothing in it but the operations: what can be reached on a machine from Python.

One row, greedy, keys and values in place, no stop strings, no seeds, no log-probabilities, no other family. Weights
that one input goes into are joined and lie columns first, with the weights of the norm before them multiplied in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.linalg import vector_norm
from torch.nn.functional import scaled_dot_product_attention, silu

ROOM = 512


class Bare:
    """The loop for one model.

    Args:
        model: transformers' LlamaForCausalLM in single precision on the CPU.
    """

    def __init__(self, model: Any) -> None:
        config, inner = model.config, model.model
        self._model, self._table = model, inner.embed_tokens.weight
        self._heads, self._keys = config.num_attention_heads, config.num_key_value_heads
        self._size = inner.layers[0].self_attn.head_dim
        self._least = torch.tensor((config.hidden_size * config.rms_norm_eps) ** 0.5)
        cosine, sine = inner.rotary_emb(torch.zeros(1, 1, self._size), torch.arange(ROOM)[None])
        half = self._size // 2
        self._turns = cosine[0], torch.cat([-sine[0, :, :half], sine[0, :, half:]], -1)
        self._layers = [self._laid(layer) for layer in inner.layers]
        self._head = _columns([model.lm_head], inner.norm)
        self._stores: list[tuple[Tensor, Tensor]] = []

    @staticmethod
    def _laid(layer: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        mix, gated = layer.self_attn, layer.mlp
        return (
            _columns([mix.q_proj, mix.k_proj, mix.v_proj], layer.input_layernorm),
            _columns([mix.o_proj]),
            _columns([gated.gate_proj, gated.up_proj], layer.post_attention_layernorm),
            _columns([gated.down_proj]),
        )

    @torch.inference_mode()
    def extend(self, ids: Sequence[int], new: int) -> list[int]:
        """The `new` tokens after `ids`."""
        read = self._model(input_ids=torch.tensor([ids]), use_cache=True, logits_to_keep=1)
        self._stores = [(_store(layer.keys[0]), _store(layer.values[0])) for layer in read.past_key_values.layers]
        said, logits = list[int](), read.logits[:, -1]
        for place in range(len(ids), len(ids) + new):
            said.append(int(logits.argmax(-1)))
            if len(said) < new:
                logits = self._step(said[-1], place)
        return said

    def _step(self, token: int, place: int) -> Tensor:
        heads, turning, size = self._heads, self._heads + self._keys, self._size
        cosine, sine = self._turns[0][place], self._turns[1][place]
        states = self._table[token : token + 1]
        for (read, out, wide, down), (keys, values) in zip(self._layers, self._stores, strict=True):
            every = torch.mm(self._normed(states), read).view(-1, size)
            both = every[:turning]
            both = torch.addcmul(both * cosine, both.roll(size // 2, -1), sine)
            keys[:, place], values[:, place] = both[heads:], every[turning:]
            query = both[:heads].view(1, self._keys, -1, size)
            past = keys[None, :, : place + 1], values[None, :, : place + 1]
            answer = scaled_dot_product_attention(query, *past)
            states = torch.addmm(states, answer.view(1, -1), out)
            gate, up = torch.mm(self._normed(states), wide).chunk(2, 1)
            states = torch.addmm(states, silu(gate).mul_(up), down)
        return torch.mm(self._normed(states), self._head)

    def _normed(self, states: Tensor) -> Tensor:
        return states.div(vector_norm(states).hypot_(self._least))


def _columns(layers: Sequence[Any], norm: Any = None) -> Tensor:
    joined = torch.cat([layer.weight.detach() for layer in layers])
    if norm is not None:
        joined = joined * norm.weight.detach() * joined.shape[1] ** 0.5
    return joined.t().contiguous()


def _store(known: Tensor) -> Tensor:
    store = known.new_empty((known.shape[0], ROOM, known.shape[2]))
    store[:, : known.shape[1]] = known
    return store
