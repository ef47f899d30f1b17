"""Halved precision is used where the machine has kernels for it, and nowhere else."""

import pytest
import torch

from eudaimon.language import precision
from eudaimon.language.precision import halved


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize("able", [True, False])
def test_matrices_are_halved_only_where_the_device_multiplies_them_so(
    device: str, able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: able or including_emulation)
    assert precision.multiplies_bfloat16(device) is able
    if device == "cpu":
        weights = torch.ones(8, 8, requires_grad=True)
        with halved(device):
            product = torch.ones(2, 8) @ weights
        assert product.dtype == (torch.bfloat16 if able else torch.float32)
        product.sum().backward()
        assert weights.grad is not None
        assert weights.grad.dtype == torch.float32
