"""The forward pass of pre-norm decoders with rotary positions and gated feed-forwards, in few operations.

Most of a small model's time goes into Python between its operations. This is the same computation on the same weights,
read straight from the modules: Llama's, Mistral's, Qwen's and LFM2's layers, attention and short convolutions alike. It
knows no family by name: a model that is put together otherwise is not taken on (`Lean.of` gives None), and one that
looks alike but computes something else is found out by a trial (`network.Network`) and runs as it did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.linalg import vector_norm
from torch.nn.functional import embedding, pad, scaled_dot_product_attention, silu

from eudaimon.language.normalising import Norm
from eudaimon.language.products import Product, Weights, layable
from eudaimon.language.trunk import BranchLayer, attend
from eudaimon.language.turning import Turns, turned

LAID = 200_000_000
"""Up to so many parameters weights are held again as few rows read them best (`products`): at most two more copies."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that have one cache.

    Attributes:
        cache: what they have read.
        rows: how many they are.
        mask: which of all their tokens, those to be read included, are real (rows, all tokens); None: all.
    """

    cache: Any
    rows: int
    mask: Tensor | None = None


class Lean:
    """A causal language model's own weights, and a shorter way through them. See `of`."""

    def __init__(self, core: Any) -> None:
        self._core = core
        inner = core.model
        self._table, self._turns = inner.embed_tokens.weight, Turns(inner.rotary_emb)
        laid = layable(self._table) and sum(weight.numel() for weight in core.parameters()) <= LAID
        self._laid = laid
        self._layers = [_Layer(layer, number, laid) for number, layer in enumerate(inner.layers)]
        self._norm, self._words = _normed(_one(inner, "norm", "embedding_norm"), [_weights(core.lm_head)], laid)
        self._sums = _sums(core)
        passed = [module for module in core.modules() if module is not inner.rotary_emb]
        self._hooks = [hooks for m in passed for hooks in (m._forward_hooks, m._forward_pre_hooks)]

    @classmethod
    def of(cls, core: Any) -> Lean | None:
        """None where `core` is put together in another way."""
        try:
            return cls(core)
        except (AttributeError, TypeError):
            return None

    def renewed(self) -> Lean:
        """Itself, or what stands in its place once the weights have been changed."""
        return self if _sums(self._core) == self._sums else Lean(self._core)

    @property
    def free(self) -> bool:
        """Whether nobody listens in on the model's modules, who would not be called."""
        return not any(self._hooks)

    def __call__(self, tokens: Tensor, parts: Sequence[Part], positions: Tensor, keep: int) -> Tensor:
        """Logits (B, keep, V) of the rows of all `parts`, in their order; several parts read one token (T = 1)."""
        rows, width = tokens.shape
        states = embedding(tokens.reshape(-1), self._table)
        if rows * width == 1 and self._laid and _alone(parts[0]):
            cosine, sine = self._turns(positions, states)
            for layer, cache in zip(self._layers, parts[0].cache.layers, strict=True):
                states = layer.alone(states, cosine, sine, cache)
            return self._words(self._norm(states))[None]
        step = _Pass(rows, width, self._turns(positions, states), parts)
        for layer in self._layers:
            states = layer(states, step)
        last = states if keep == width else states.view(rows, width, -1)[:, -keep:].reshape(rows * keep, -1)
        return self._words(self._norm(last)).view(rows, keep, -1)


class _Pass:
    """One forward pass: its shape, its rotary angles, whose rows it reads, and what those see (worked out once)."""

    def __init__(self, rows: int, width: int, turn: tuple[Tensor, Tensor], parts: Sequence[Part]) -> None:
        self.rows, self.width, self.turn, self.parts = rows, width, turn, parts
        self.real = [None if part.mask is None else part.mask[:, -width:, None] for part in parts]
        self._views: dict[tuple[int, int, int | None], Tensor | None] = {}

    def seen(self, place: int, length: int, window: int | None, device: Any) -> Tensor | None:
        """See `_seen`; of the part at `place`."""
        key = (place, length, window)
        if key not in self._views:
            self._views[key] = _seen(self.width, length, window, self.parts[place].mask, device)
        return self._views[key]

    def each(self, layer: int, mix: Callable[..., Tensor], *given: Tensor) -> Tensor:
        """What `mix` gives for the rows of each part, from this pass, its place, its cache's layer and what is `given`
        of its rows, as (rows, ...)."""
        if len(self.parts) == 1:
            return mix(self, 0, self.parts[0].cache.layers[layer], *given)
        mixed, start = [], 0
        for place, part in enumerate(self.parts):
            end = start + part.rows
            answer = mix(self, place, part.cache.layers[layer], *(every[start:end] for every in given))
            mixed.append(answer.reshape(part.rows, -1))
            start = end
        return torch.cat(mixed)


class _Layer:
    """One layer: attention or a short convolution, then a gated feed-forward. States are flat, (B x T, width)."""

    def __init__(self, layer: Any, number: int, laid: bool) -> None:
        gated = _one(layer, "mlp", "feed_forward")
        gate, up, down = (
            _weights(_one(gated, *names)) for names in (("gate_proj", "w1"), ("up_proj", "w3"), ("down_proj", "w2"))
        )
        between = _one(layer, "post_attention_layernorm", "ffn_norm")
        self._between, self._wide = _normed(between, [gate, up], laid)
        self._down, before = Product([down], laid), _one(layer, "input_layernorm", "operator_norm")
        self._mix: _Attention | _Convolution = (
            _Attention(layer.self_attn, before, number, laid)
            if hasattr(layer, "self_attn")
            else _Convolution(layer.conv, before, number, laid)
        )

    def __call__(self, states: Tensor, step: _Pass) -> Tensor:
        states = self._mix(states, step)
        gate, up = self._wide.parts(self._between(states))
        return self._down(silu(gate).mul_(up), states)

    def alone(self, states: Tensor, cosine: Tensor, sine: Tensor, cache: Any) -> Tensor:
        """The same for one token of one row, with as little as possible between the operations: of a small model's
        time that is half, since what Python touches there has left the processor's caches since the last layer."""
        states = self._mix.alone(states, cosine, sine, cache)
        short = states.div(vector_norm(states).hypot_(self._between.least))
        gate, up = self._wide(short).chunk(2, 1)
        return self._down(silu(gate).mul_(up), states)


class _Attention:
    """Attention with rotary positions, grouped queries and, where there are any, norms of queries and keys."""

    def __init__(self, module: Any, before: Any, number: int, laid: bool) -> None:
        self._number = number
        query, key, value = (_weights(getattr(module, f"{name}_proj")) for name in "qkv")
        self._norm, self._in = _normed(before, [query, key, value], laid)
        self._out = Product([_weights(_one(module, "o_proj", "out_proj"))], laid)
        self._size, self._scale = module.head_dim, module.scaling
        normed = hasattr(module, "q_norm") or hasattr(module, "q_layernorm")
        self._norms = [Norm(_one(module, f"{n}_norm", f"{n}_layernorm")) for n in "qk"] if normed else []
        self._heads, self._keys = len(query[0]) // self._size, len(key[0]) // self._size

    def __call__(self, states: Tensor, step: _Pass) -> Tensor:
        every, heads, turning = self._in(self._norm(states)), self._heads, self._heads + self._keys
        if step.width == 1:
            every = every.view(step.rows, -1, 1, self._size)
        else:
            every = every.view(step.rows, step.width, -1, self._size).transpose(1, 2)
        both, value = every[:, :turning], every[:, turning:]
        if self._norms:
            both = torch.cat([self._norms[0](both[:, :heads]), self._norms[1](both[:, heads:])], dim=1)
        both = turned(both, step.turn)
        query, key = both[:, :heads], both[:, heads:]
        answer = step.each(self._number, self._attended, query, key, value)
        return self._out(answer.reshape(step.rows * step.width, -1), states)

    def alone(self, states: Tensor, cosine: Tensor, sine: Tensor, cache: Any) -> Tensor:
        """See `_Layer.alone`."""
        heads, turning = self._heads, self._heads + self._keys
        every = self._in(states.div(vector_norm(states).hypot_(self._norm.least))).view(1, -1, 1, self._size)
        both = every[:, :turning]
        if self._norms:
            both = torch.cat([self._norms[0](both[:, :heads]), self._norms[1](both[:, heads:])], dim=1)
        both = torch.addcmul(both * cosine, both.roll(self._size // 2, -1), sine)
        keys, values = cache.update(both[:, heads:], every[:, turning:])
        query = both[:, :heads].view(1, self._keys, -1, self._size)
        answer = scaled_dot_product_attention(query, keys, values, scale=self._scale)
        return self._out(answer.view(1, -1), states)

    def _attended(self, step: _Pass, place: int, cache: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attention of a part's new tokens to all of it, (B, T, H x D) or what is read as that."""
        keys, values = cache.update(key, value)
        if isinstance(keys, BranchLayer):
            return attend(None, query, keys, keys, None, scaling=self._scale)[0]
        rows, heads, width, size = query.shape
        groups = heads // self._keys
        seen = step.seen(place, keys.shape[2], getattr(cache, "sliding_window", None), query.device)
        if width > 1 and seen is None:
            keys, values = (x.repeat_interleave(groups, dim=1) if groups > 1 else x for x in (keys, values))
            answer = scaled_dot_product_attention(query, keys, values, is_causal=True, scale=self._scale)
            return answer.transpose(1, 2)
        # Grouped queries are further tokens, so that no key is repeated.
        folded = query.reshape(rows, self._keys, groups * width, size)
        if seen is not None:
            seen = seen.repeat(1, 1, groups, 1)
        answer = scaled_dot_product_attention(folded, keys, values, attn_mask=seen, scale=self._scale)
        return answer if width == 1 else answer.reshape(rows, heads, width, size).transpose(1, 2)


class _Convolution:
    """A gated short convolution over the last tokens (LFM2)."""

    def __init__(self, module: Any, before: Any, number: int, laid: bool) -> None:
        self._number = number
        self._norm, self._in = _normed(before, [_weights(module.in_proj)], laid)
        self._out = Product([_weights(module.out_proj)], laid)
        self._kernel, self._bias, self._reach = module.conv.weight, module.conv.bias, module.conv_kernel_size

    def __call__(self, states: Tensor, step: _Pass) -> Tensor:
        shape, given = (step.rows, step.width, -1), self._norm(states)
        if len(step.parts) == 1 and step.real[0] is not None:
            given = (given.view(shape) * step.real[0]).view(-1, states.shape[-1])
        both = self._in(given).view(shape)
        gate, scale, values = both.transpose(1, 2).chunk(3, dim=1)
        past = gate * values
        mixed = step.each(self._number, self._mixed, past).view(past.shape)
        return self._out((scale * mixed).transpose(1, 2).reshape(step.rows * step.width, -1), states)

    def alone(self, states: Tensor, cosine: Tensor, sine: Tensor, cache: Any) -> Tensor:
        """See `_Layer.alone`."""
        every = self._in(states.div(vector_norm(states).hypot_(self._norm.least))).view(1, -1, 1)
        gate, scale, values = every.chunk(3, dim=1)
        return self._out(self._step(gate * values, cache).mul_(scale).view(1, -1), states)

    def _mixed(self, step: _Pass, place: int, cache: Any, past: Tensor) -> Tensor:
        if past.shape[2] == 1 and cache.has_previous_state[0]:
            return self._step(past, cache)
        width = past.shape[2]
        past = cache.update_conv_state(past, conv_kernel_size=self._reach)
        past = pad(past, (max(0, self._reach - 1 + width - past.shape[-1]), 0))[..., -self._reach + 1 - width :]
        return nn.functional.conv1d(past, self._kernel, self._bias, groups=len(self._kernel))

    def _step(self, past: Tensor, cache: Any) -> Tensor:
        known = cache.conv_states[0]
        past = torch.cat([known[..., 1:], past], dim=-1)
        known.copy_(past)
        mixed: Tensor = (past * self._kernel[:, 0]).sum(-1, keepdim=True)
        return mixed if self._bias is None else mixed.add_(self._bias[:, None])


def _alone(part: Part) -> bool:
    """Whether a part of one row has read something, on its own and without padding."""
    return (
        part.mask is None
        and part.cache.get_seq_length() > 0
        and not any(isinstance(layer, BranchLayer) for layer in part.cache.layers)
    )


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


def _one(module: Any, *names: str) -> Any:
    """The submodule that has one of these names."""
    return next((getattr(module, name) for name in names if hasattr(module, name)), None)


def _normed(norm: Any, layers: Sequence[Weights], laid: bool) -> tuple[Norm, Product]:
    """A normalisation, and the product that its answer goes into and nothing else."""
    before = Norm(norm, whole=not laid)
    return before, Product(layers, laid, before.scale if laid else None)


def _sums(core: Any) -> list[float]:
    """What tells weights that have been changed, at the cost of reading them once."""
    with torch.inference_mode():
        return [float(weight.sum()) for weight in core.parameters()]


def _weights(module: Any) -> Weights:
    if type(module) is not nn.Linear:
        raise TypeError(f"{type(module).__name__} is no plain linear layer")
    return module.weight, module.bias
