"""Attention that also gives the logarithm of its normaliser, by the kernel that a device has for it.

CPU: flash attention, any precision and mask. CUDA: flash attention where nothing is masked and precision is halved,
else the memory-efficient kernel (Rabe & Staats 2021, arXiv:2112.05682), which takes masks and single precision. Where
logits are bent (softcap), and on any other device, the definition is computed. What a kernel refuses is found out by
the trial of `network.Traits`, and such a network copies its trunks.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad

ALIGNED = 16
"""The memory-efficient kernel reads rows of its bias in pieces of so many numbers."""


def attention(
    query: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None, scale: float, softcap: float | None
) -> tuple[Tensor, Tensor]:
    """Attention (B, H, Q, D) of `query` to `keys` and `values` (B, H, K, D), and the logarithm of its normaliser
    (B, H, Q); 0 and -inf where nothing is `seen` (B or 1, 1, 1 or Q, K)."""
    if softcap is None and query.device.type == "cpu":
        return _flash_on_cpu(query, keys, values, seen, scale)
    if softcap is None and query.device.type == "cuda":
        return fused_on_cuda(query, keys, values, seen, scale)
    return plain_attention(query, keys, values, seen, scale, softcap)


def _flash_on_cpu(
    query: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None, scale: float
) -> tuple[Tensor, Tensor]:
    bias = None if seen is None else torch.zeros(seen.shape, dtype=query.dtype).masked_fill_(~seen, -torch.inf)
    answer, weight = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        query, keys, values, 0.0, False, attn_mask=bias, scale=scale
    )
    if seen is not None:  # the kernel gives 0 for the logarithm of nothing
        weight = weight.masked_fill(~seen.any(-1), -torch.inf)
    return answer, weight


def fused_on_cuda(
    query: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None, scale: float
) -> tuple[Tensor, Tensor]:
    """The same by CUDA's kernels."""
    if seen is None and query.dtype in (torch.float16, torch.bfloat16) and query.shape[-1] % 8 == 0:
        found = torch.ops.aten._scaled_dot_product_flash_attention(query, keys, values, scale=scale)
        return found[0], found[1]
    bias = None if seen is None else bias_of(seen, query)
    answer, weight, *_ = torch.ops.aten._scaled_dot_product_efficient_attention(
        query, keys, values, bias, True, scale=scale
    )
    weight = weight[..., : query.shape[2]]  # the kernel fills its last tile
    if seen is not None:
        nothing = ~seen.any(-1)
        answer, weight = answer.masked_fill(nothing[..., None], 0), weight.masked_fill(nothing, -torch.inf)
    return answer, weight


def bias_of(seen: Tensor, query: Tensor) -> Tensor:
    """What the memory-efficient kernel adds to the products, (B, H, Q, K): 0, or -inf where nothing is `seen`; each row
    begins at an aligned place."""
    length = seen.shape[-1]
    bias = torch.zeros(seen.shape, dtype=query.dtype, device=seen.device).masked_fill_(~seen, -torch.inf)
    aligned = pad(bias, (0, -length % ALIGNED))[..., :length]
    return aligned.expand(*query.shape[:3], length)


def plain_attention(
    query: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None, scale: float, softcap: float | None = None
) -> tuple[Tensor, Tensor]:
    """The same by its definition, in single precision, on any device."""
    products = (query @ keys.transpose(2, 3)).float() * scale
    if softcap is not None:
        products = torch.tanh(products / softcap) * softcap
    if seen is not None:
        products = products.masked_fill(~seen, -torch.inf)
    weight = products.logsumexp(-1)
    shares = (products - weight[..., None].nan_to_num(neginf=0.0)).exp()
    return shares.to(values.dtype) @ values, weight
