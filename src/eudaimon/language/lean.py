"""The forward pass of pre-norm decoders with rotary positions and gated feed-forwards, in few operations.

Most of a small model's time goes into Python between its operations. This is the same computation on the same weights,
read straight from the modules: Llama's, Mistral's, Qwen's and LFM2's layers, attention and short convolutions alike. It
knows no family by name: a model that is put together otherwise is not taken on (`Lean.of` gives None), and one that
looks alike but computes something else is found out by a trial (`network.Network`) and runs as it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, linear, pad, rms_norm, scaled_dot_product_attention, silu

from eudaimon.language.trunk import BranchLayer, attend

Weights = tuple[Tensor, Tensor | None]


class Lean:
    """A causal language model's own weights, and a shorter way through them. See `of`."""

    def __init__(self, core: Any) -> None:
        inner = core.model
        self._table, self._head, self._rotary = inner.embed_tokens.weight, core.lm_head, inner.rotary_emb
        self._norm = _norm(_one(inner, "norm", "embedding_norm"))
        self._layers = [_Layer(layer, number) for number, layer in enumerate(inner.layers)]
        passed = [module for module in core.modules() if module not in (self._head, self._rotary)]
        self._hooks = [hooks for m in passed for hooks in (m._forward_hooks, m._forward_pre_hooks)]

    @classmethod
    def of(cls, core: Any) -> Lean | None:
        """None where `core` is put together in another way."""
        try:
            return cls(core)
        except (AttributeError, TypeError):
            return None

    @property
    def free(self) -> bool:
        """Whether nobody listens in on the model's modules, who would not be called."""
        return not any(self._hooks)

    def __call__(self, tokens: Tensor, cache: Any, mask: Tensor | None, positions: Tensor, keep: int) -> Tensor:
        """Logits (B, keep, V), as `network.Network` gives them."""
        states = embedding(tokens, self._table)
        turn = self._rotary(states, positions)
        real = None if mask is None else mask[:, -tokens.shape[1] :, None]
        views: dict[tuple[int, int | None], Tensor | None] = {}
        for layer in self._layers:
            states = layer(states, cache.layers[layer.number], turn, mask, real, views)
        logits: Tensor = self._head(rms_norm(states[:, -keep:], *self._norm))
        return logits


class _Layer:
    """One layer: attention or a short convolution, then a gated feed-forward."""

    def __init__(self, layer: Any, number: int) -> None:
        self.number = number
        self._before = _norm(_one(layer, "input_layernorm", "operator_norm"))
        self._between = _norm(_one(layer, "post_attention_layernorm", "ffn_norm"))
        gated = _one(layer, "mlp", "feed_forward")
        self._gate, self._up, self._down = (
            _weights(_one(gated, *names)) for names in (("gate_proj", "w1"), ("up_proj", "w3"), ("down_proj", "w2"))
        )
        self._mix: _Attention | _Convolution = (
            _Attention(layer.self_attn) if hasattr(layer, "self_attn") else _Convolution(layer.conv)
        )

    def __call__(
        self,
        states: Tensor,
        cache: Any,
        turn: tuple[Tensor, Tensor],
        mask: Tensor | None,
        real: Tensor | None,
        views: dict[tuple[int, int | None], Tensor | None],
    ) -> Tensor:
        mixed = rms_norm(states, *self._before)
        if isinstance(self._mix, _Attention):
            states = states + self._mix(mixed, cache, turn, mask, views)
        else:
            states = states + self._mix(mixed, cache, real)
        inner = rms_norm(states, *self._between)
        return states + linear(silu(linear(inner, *self._gate)) * linear(inner, *self._up), *self._down)


class _Attention:
    """Attention with rotary positions, grouped queries and, where there are any, norms of queries and keys."""

    def __init__(self, module: Any) -> None:
        self._query, self._key, self._value = (_weights(getattr(module, f"{name}_proj")) for name in "qkv")
        self._out = _weights(_one(module, "o_proj", "out_proj"))
        self._size, self._scale = module.head_dim, module.scaling
        normed = hasattr(module, "q_norm") or hasattr(module, "q_layernorm")
        self._norms = [_norm(_one(module, f"{n}_norm", f"{n}_layernorm")) for n in "qk"] if normed else []
        self._heads = self._query[0].shape[0] // self._size

    def __call__(
        self,
        states: Tensor,
        cache: Any,
        turn: tuple[Tensor, Tensor],
        mask: Tensor | None,
        views: dict[tuple[int, int | None], Tensor | None],
    ) -> Tensor:
        rows, width, _ = states.shape
        shape = (rows, width, -1, self._size)
        query, key = (linear(states, *weights).view(shape) for weights in (self._query, self._key))
        if self._norms:
            query, key = rms_norm(query, *self._norms[0]), rms_norm(key, *self._norms[1])
        both = torch.cat([query, key], dim=2).transpose(1, 2)
        both = _turned(both, turn)
        value = linear(states, *self._value).view(shape).transpose(1, 2)
        query = both[:, : self._heads]
        keys, values = cache.update(both[:, self._heads :], value)
        if isinstance(keys, BranchLayer):
            answer = attend(None, query, keys, keys, None, scaling=self._scale)[0]
        else:
            window = getattr(cache, "sliding_window", None)
            answer = self._plain(query, keys, values, mask, window, views).transpose(1, 2)
        return linear(answer.reshape(rows, width, -1), *self._out)

    def _plain(
        self,
        query: Tensor,
        keys: Tensor,
        values: Tensor,
        mask: Tensor | None,
        window: int | None,
        views: dict[tuple[int, int | None], Tensor | None],
    ) -> Tensor:
        rows, heads, width, size = query.shape
        length, groups = keys.shape[2], heads // keys.shape[1]
        if (length, window) not in views:
            views[length, window] = _seen(width, length, window, mask, query.device)
        seen = views[length, window]
        if width > 1 and seen is None:
            keys, values = (x.repeat_interleave(groups, dim=1) if groups > 1 else x for x in (keys, values))
            return scaled_dot_product_attention(query, keys, values, is_causal=True, scale=self._scale)
        # Grouped queries are further tokens, so that no key is repeated.
        folded = query.reshape(rows, heads // groups, groups * width, size)
        seen = seen if seen is None else seen.repeat(1, 1, groups, 1)
        answer = scaled_dot_product_attention(folded, keys, values, attn_mask=seen, scale=self._scale)
        return answer.reshape(rows, heads, width, size)


class _Convolution:
    """A gated short convolution over the last tokens (LFM2)."""

    def __init__(self, module: Any) -> None:
        self._in, self._out = _weights(module.in_proj), _weights(module.out_proj)
        self._kernel, self._bias, self._reach = module.conv.weight, module.conv.bias, module.conv_kernel_size

    def __call__(self, states: Tensor, cache: Any, real: Tensor | None) -> Tensor:
        states = states if real is None else states * real
        gate, scale, values = linear(states, *self._in).transpose(1, 2).chunk(3, dim=1)
        width, past = states.shape[1], gate * values
        known = cache.conv_states[0] if cache.has_previous_state[0] else None
        if known is not None and width == 1:
            past = torch.cat([known[..., 1:], past], dim=-1)
            known.copy_(past)
            mixed = (past * self._kernel[:, 0]).sum(-1, keepdim=True)
            mixed = mixed if self._bias is None else mixed + self._bias[:, None]
        else:
            past = cache.update_conv_state(past, conv_kernel_size=self._reach)
            past = pad(past, (max(0, self._reach - 1 + width - past.shape[-1]), 0))[..., -self._reach + 1 - width :]
            mixed = nn.functional.conv1d(past, self._kernel, self._bias, groups=len(self._kernel))
        return linear((scale * mixed).transpose(1, 2), *self._out)


def _seen(width: int, length: int, window: int | None, mask: Tensor | None, device: Any) -> Tensor | None:
    """Which of `length` keys the last `width` tokens see, (B or 1, 1, width, length); None: causally all."""
    near = window if window is not None and length > window else length
    if mask is None and (width == 1 or (width == length and near == length)):
        return None
    columns = torch.arange(length, device=device)
    apart = columns[length - width :, None] - columns
    seen = ((apart >= 0) & (apart < near))[None, None]
    if mask is None:
        return seen
    return (seen & mask[:, None, None, -length:].bool()) | (apart == 0)  # who sees nothing else sees itself


def _turned(states: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions (Su et al. 2021, arXiv:2104.09864), halves of a head against each other."""
    cosine, sine = (angle[:, None] for angle in turn)
    left, right = states.chunk(2, dim=-1)
    return states * cosine + torch.cat([-right, left], dim=-1) * sine


def _one(module: Any, *names: str) -> Any:
    """The submodule that has one of these names."""
    return next((getattr(module, name) for name in names if hasattr(module, name)), None)


def _weights(module: Any) -> Weights:
    if type(module) is not nn.Linear:
        raise TypeError(f"{type(module).__name__} is no plain linear layer")
    return module.weight, module.bias


def _norm(module: Any) -> tuple[Sequence[int], Tensor, float]:
    """What `rms_norm` needs."""
    return tuple(module.weight.shape), module.weight, float(module.variance_epsilon)
