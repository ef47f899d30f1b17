"""Attention of branches to a trunk that none of them copies.

attention(q, [trunk, own]) = w attention(q, trunk) + (1 - w) attention(q, own), w = sigmoid(lse_trunk - lse_own): the
sum over all keys falls into two, each with the logarithm of its normaliser (Milakov & Gimelshein 2018,
arXiv:1805.02867; for shared prefixes Hydragen, Juravsky et al. 2024, arXiv:2402.05099). Exact, up to rounding.

Registered once with transformers' `AttentionInterface` it serves every family that attends through it. Its keys arrive
as a `BranchLayer`, since a model hands on what its cache gives back.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from eudaimon.language.attention import attention
from eudaimon.language.caches import RoomyLayer, copied, copied_layer
from eudaimon.language.fan import Sight

NAME = "eudaimon_trunk"


class BranchLayer(RoomyLayer):
    """Keys and values that rows have read behind a trunk's, which they share.

    Args:
        trunk: the layer of the trunk, whose keys and values have the shape (N, heads, L, D).
    """

    def __init__(self, trunk: Any) -> None:
        super().__init__(room=16)
        self.trunk: tuple[Tensor, Tensor] = (trunk.keys, trunk.values)
        self.source = trunk
        self.window: int | None = getattr(trunk, "sliding_window", None)
        self.sight: Sight | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        super().update(key_states, value_states, *args, **kwargs)
        return self, self

    def reorder_cache(self, beam_idx: Tensor) -> None:
        if self.is_initialized:
            super().reorder_cache(beam_idx)


class AbreastLayer(BranchLayer):
    """The same layer of several caches: each part's rows see what is their own."""

    def __init__(self, layers: Sequence[BranchLayer], sizes: Sequence[int]) -> None:
        self.__dict__.update(vars(layers[0]))
        self.layers, self.sizes = layers, list(sizes)

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        parts = zip(self.layers, cut(key_states, self.sizes), cut(value_states, self.sizes), strict=True)
        for layer, keys, values in parts:
            layer.update(keys, values, *args, **kwargs)
        return self, self


def cut(rows: Tensor, sizes: Sequence[int]) -> Sequence[Tensor]:
    """`rows`, so many at a time."""
    return torch.split(rows, list(sizes))


def branchable(cache: Any) -> bool:
    """Whether all layers of a cache that has been used hold either plain keys and values, or states alone."""
    attends = (RoomyLayer, DynamicLayer, DynamicSlidingWindowLayer)
    return all(type(layer) in attends or not hasattr(layer, "keys") for layer in cache.layers)


def branched(cache: Any, rows: Tensor) -> Any:
    """A cache whose rows go on from these rows of `cache`; keys and values are shared, the small states copied."""
    twin = copied(cache)
    twin.layers = [BranchLayer(layer) if hasattr(layer, "keys") else layer for layer in twin.layers]
    twin.reorder_cache(rows)
    return twin


def abreast(caches: Sequence[Any], sizes: Sequence[int]) -> Any:
    """One cache for the rows of all, so many of each, until one of them is changed otherwise. All are branched; their
    small states become places in common ones."""
    whole = copy.copy(caches[0])
    whole.layers = []
    for layers in zip(*(cache.layers for cache in caches), strict=True):
        if isinstance(layers[0], BranchLayer):
            whole.layers.append(AbreastLayer(layers, sizes))
            continue
        common = copied_layer(layers[0])
        for name in ("conv_states", "recurrent_states"):
            for key, state in getattr(common, name, {}).items():
                if state is not None:
                    joined = torch.cat([getattr(layer, name)[key] for layer in layers])
                    getattr(common, name)[key] = joined
                    for layer, part in zip(layers, cut(joined, sizes), strict=True):
                        getattr(layer, name)[key] = part
        whole.layers.append(common)
    return whole


def look(cache: Any, sight: Sight) -> None:
    """Tell the branches what the queries of the next forward pass see."""
    for layer in cache.layers:
        if isinstance(layer, BranchLayer):
            layer.sight = sight


def clear(cache: Any, used: Tensor) -> None:
    """Let go of all trunks but the `used` ones."""
    for layer in cache.layers:
        if isinstance(layer, BranchLayer):
            layer.source = copied_layer(layer.source)
            layer.source.reorder_cache(used)
            layer.trunk = (layer.source.keys, layer.source.values)


def settled(cache: Any, row: int, trunk: int, length: int) -> Any:
    """A cache for one row of a branched one, which stands on `trunk` and has read `length` tokens behind it: these are
    written behind the trunk where there is room, so that a reply that grows copies nothing of what came before."""
    twin = copied(cache)
    for number, layer in enumerate(twin.layers):
        if not isinstance(layer, BranchLayer):
            layer.reorder_cache(torch.tensor([row]))
            continue
        whole = twin.layers[number] = copied_layer(layer.source)
        if len(layer.trunk[0]) > 1:
            whole.reorder_cache(torch.tensor([trunk]))
        if length:
            start = layer.keys.shape[2] - length
            whole.update(layer.keys[row : row + 1, :, start:], layer.values[row : row + 1, :, start:])
    return twin


@contextmanager
def sharing(config: Any) -> Iterator[None]:
    """Within it a model with this configuration attends by `attend`."""
    text = config.get_text_config()
    before, text._attn_implementation = text._attn_implementation, NAME
    try:
        yield
    finally:
        text._attn_implementation = before


def attend(
    module: Any,
    query: Tensor,
    key: BranchLayer,
    value: BranchLayer,
    attention_mask: None,
    dropout: float = 0.0,
    scaling: float | None = None,
    softcap: float | None = None,
    s_aux: Tensor | None = None,
    position_bias: Tensor | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attention of `query` (B, H, T, D) to the trunk and to the rows' own words, as `AttentionInterface` asks for it:
    (B, T, H, D).

    Args:
        scaling: of the products; by default 1 / sqrt(D).
        softcap: products are bent to stay below it (Gemma 2).
        s_aux: sinks, a logit for each head (H,) that takes a share of the attention and gives nothing (GPT-OSS).

    Raises:
        NotImplementedError: the family biases its products by position.
    """
    if isinstance(key, AbreastLayer):
        parts = zip(key.layers, cut(query, key.sizes), strict=True)
        answers = [
            attend(module, part, layer, layer, None, dropout, scaling, softcap, s_aux, position_bias)[0]
            for layer, part in parts
        ]
        return torch.cat(answers), None
    if position_bias is not None or key.sight is None:
        raise NotImplementedError("attention with a bias by position cannot share a trunk")
    rows, heads, new, size = query.shape
    keys = key.keys.shape[1]
    groups, scale = heads // keys, scaling if scaling is not None else size**-0.5
    fan, (trunk_keys, trunk_values) = key.sight.fan, key.trunk
    seen = key.sight.of_trunk(trunk_keys.shape[2], key.window, groups)
    answer, weight = attention(fan.fold(query, keys), trunk_keys, trunk_values, seen, scale, softcap)
    below, below_weight = fan.unfold(answer, groups, new), fan.unfold(weight, groups, new)
    own = query.reshape(rows, keys, groups * new, size)
    above, above_weight = attention(own, key.keys, key.values, key.sight.of_own(key.window, groups), scale, softcap)
    joined = torch.lerp(below, above, (above_weight - below_weight).sigmoid()[..., None].to(above.dtype))
    joined = joined.reshape(rows, heads, new, size)
    if s_aux is not None:
        total = torch.logaddexp(above_weight, below_weight).reshape(rows, heads, new)
        joined = joined * (total - s_aux[:, None].float()).sigmoid()[..., None].to(joined.dtype)
    return joined.transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, attend)
