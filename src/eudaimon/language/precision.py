"""In which precision single weights are trained: halved where the machine has kernels for that."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any


def halved(device: str) -> AbstractContextManager[Any]:
    """bfloat16 autocast where `device` (a torch device's type) multiplies bfloat16, and no autocast elsewhere.

    Both are slow where they do not belong: in bfloat16, on a processor that torch has no kernels for (x86 without
    AVX-512), matrices are multiplied by plain loops, and a night's step took ten times as long as in single precision;
    in single precision, with AVX-512 or AMX, the backward pass of short convolutions took ten times as long as halved.
    """
    import torch

    return torch.autocast(device, torch.bfloat16, enabled=multiplies_bfloat16(device))


def multiplies_bfloat16(device: str) -> bool:
    """Whether `device` has kernels of its own for products of bfloat16 matrices; by what torch itself goes by."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device == "cpu":
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return True
