"""A step of a birth's Muon over all matrices of the newborn: in single precision (`birth.muon`) and by torch's own,
which iterates in bfloat16. Births choose by what the processor has kernels for; this says whether that is right here.
"""

from __future__ import annotations

from functools import partial

from bench.table import Row, Table, against, either, in_turn

SIZE = either({}, {"hidden": 64, "layers": 2})
VOCABULARY = 1000


def main(fresh: bool = False) -> None:
    Table("birth", fresh, size=SIZE, vocabulary=VOCABULARY).measure({"model": "newborn"}, stepped)


def stepped() -> Row:
    """Median seconds of a step of each."""
    import torch

    from eudaimon.birth.muon import SingleMuon
    from eudaimon.birth.network import make_network
    from eudaimon.language.precision import multiplies_bfloat16

    network = make_network("lfm2", VOCABULARY, ("sage",), **SIZE)
    table = network.get_input_embeddings().weight
    matrices = [p for p in network.parameters() if p.ndim == 2 and p is not table]
    for matrix in matrices:
        matrix.grad = torch.randn_like(matrix)
    torchs = partial(torch.optim.Muon, adjust_lr_fn="match_rms_adamw")
    ours, theirs = in_turn([kind(matrices, lr=1e-3, weight_decay=0.05).step for kind in (SingleMuon, torchs)])
    return {"kernels_for_bfloat16": multiplies_bfloat16("cpu"), **against(ours, "torch", theirs)}
