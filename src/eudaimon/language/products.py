"""Products with a layer's weights, laid out for the few rows that a speaker and its council are.

With one row a product costs what reading its weights costs, and with seven it should cost hardly more. The library that
PyTorch calls by default reads a weight of one row at half of what memory gives, and takes three times as long for seven
(an AMD processor, single precision). So weights that one input goes into are joined, and held a second time as each
number of rows reads them best: columns first for one row, and packed by oneDNN for several. Both are made when they
are first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import linear

Weights = tuple[Tensor, Tensor | None]
"""Of a linear layer: (outputs, inputs), and the bias, if any."""

PACKED = 2**17
"""From so many weights on a product of several rows is worth oneDNN's call, which costs 12 us."""

ROWS = 8
"""Weights are packed for about so many rows, which costs more of them nothing (2 to 512 were tried)."""


class Product:
    """x W^T + b, with the outputs of several layers side by side.

    Args:
        layers: that read the same input.
        laid: whether copies may be held, up to two of the weights as they are now. Otherwise each layer's own weights
            are read.
        scale: multiplies the input (inputs,), which costs nothing where there are copies.
    """

    def __init__(self, layers: Sequence[Weights], laid: bool, scale: Tensor | None = None) -> None:
        self._layers, self._laid, self._scale = layers, laid, scale
        self._packs = self._laid and sum(own.numel() for own, _ in layers) >= PACKED and _packs()
        self._pack: Tensor | None = None
        self._bias: Tensor | None = _joined_bias(layers) if self._laid else None

    def __call__(self, states: Tensor, onto: Tensor | None = None) -> Tensor:
        """Of states (N, inputs): (N, outputs), `onto` of the same shape added."""
        if not self._laid or torch.is_grad_enabled():  # copies would keep gradients from the weights
            each = self._apart(states)
            answer = each[0] if len(each) == 1 else torch.cat(each, dim=-1)
        elif self._packs and states.shape[0] > 1:
            answer = self._by_pack(states)
        elif self._bias is None:
            return torch.mm(states, self.columns) if onto is None else onto.addmm(states, self.columns)
        else:
            answer = torch.addmm(self._bias, states, self.columns)
        return answer if onto is None else answer.add_(onto)

    def parts(self, states: Tensor) -> Sequence[Tensor]:
        """The outputs of each layer by themselves; those of equal size, where they are laid out side by side."""
        if not self._laid or torch.is_grad_enabled():
            return self._apart(states)
        return self(states).chunk(len(self._layers), dim=-1)

    def _apart(self, states: Tensor) -> list[Tensor]:
        states = states if self._scale is None else states * self._scale
        return [linear(states, *own) for own in self._layers]

    @cached_property
    def columns(self) -> Tensor:
        """The weights, without the bias, (inputs, outputs)."""
        return self._joined().t().contiguous()

    def _by_pack(self, states: Tensor) -> Tensor:
        if self._pack is None:
            self._pack = torch.ops.mkldnn._reorder_linear_weight(self._joined(), ROWS)
        answer: Tensor = torch.ops.mkldnn._linear_pointwise(states, self._pack, self._bias, "none", [], "")
        return answer

    def _joined(self) -> Tensor:
        joined = torch.cat([weight.detach() for weight, _ in self._layers])
        return joined if self._scale is None else joined * self._scale.detach()


def layable(weight: Tensor) -> bool:
    """Whether weights like this one are worth being laid out."""
    return weight.device.type == "cpu" and weight.dtype == torch.float32


def _packs() -> bool:
    """Whether this build of PyTorch has what `torch.compile` packs weights by."""
    built: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return built and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _joined_bias(layers: Sequence[Weights]) -> Tensor | None:
    if all(bias is None for _, bias in layers):
        return None
    each = [weight.new_zeros(len(weight)) if bias is None else bias.detach() for weight, bias in layers]
    return torch.cat(each)
