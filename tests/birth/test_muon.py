"""Muon in single precision is torch's, but for rounding."""

from copy import deepcopy
from functools import partial

import pytest
import torch

from eudaimon.birth.muon import SingleMuon, orthogonalised

TORCHS = partial(torch.optim.Muon, adjust_lr_fn="match_rms_adamw")


def learned(kind, shape, steps=3, state=None):
    generator = torch.Generator().manual_seed(0)
    matrix = torch.nn.Parameter(torch.randn(shape, generator=generator))
    optimizer = kind([matrix], lr=0.01, weight_decay=0.05)
    if state is not None:
        optimizer.load_state_dict(deepcopy(state))
    for _ in range(steps):
        matrix.grad = torch.randn(shape, generator=generator)
        optimizer.step()
    return matrix.detach(), optimizer.state_dict()


@pytest.mark.parametrize("shape", [(24, 8), (8, 24), (16, 16)])
def test_its_steps_are_torchs_within_the_rounding_of_bfloat16(shape):
    start, _ = learned(SingleMuon, shape, 0)
    ours, theirs = learned(SingleMuon, shape)[0] - start, learned(TORCHS, shape)[0] - start
    assert (ours - theirs).norm() < 0.02 * theirs.norm()
    assert not torch.equal(ours, theirs)


def test_a_checkpoint_of_torchs_goes_on_with_it():
    _, state = learned(TORCHS, (8, 24))
    ours, theirs = (learned(kind, (8, 24), 2, state)[0] for kind in (SingleMuon, TORCHS))
    anew, _ = learned(SingleMuon, (8, 24), 2)
    assert (ours - theirs).norm() < 0.1 * (ours - anew).norm()


def test_singular_values_come_near_one_and_their_directions_stay():
    generator = torch.Generator().manual_seed(1)
    matrix = torch.randn(12, 6, generator=generator, dtype=torch.float64)
    near = orthogonalised(matrix, (3.4445, -4.7750, 2.0315), 5, 1e-7)
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    within = left.T @ near @ right.T
    assert values.max() > 2 * values.min()
    assert all(0.5 < value < 1.5 for value in within.diagonal())
    assert torch.allclose(within, within.diagonal().diag(), atol=1e-9)
