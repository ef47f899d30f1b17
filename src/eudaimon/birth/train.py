"""Teaching a newborn to speak: weighted next-token prediction, resumable.

Matrices learn by Muon (Jordan et al. 2024; step sizes matched to AdamW's as in Liu et al. 2025, arXiv:2502.16982),
embeddings, convolutions and norms by AdamW. With AdamW alone the circuit that looks things up took 5.8 million tokens
to form; with Muon about 3 million (see the notebook).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.birth.corpus import LENGTHS, Batch
from eudaimon.language.precision import halved, multiplies_bfloat16

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Progress = Callable[[float, str], None]
"""Called with the share done, in [0, 1], and a line of text."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast.

    Attributes:
        tokens: padded tokens to read in all.
        rate: peak learning rate; linear warm-up over the first 2%, cosine to a tenth.
        decay: weight decay.
        batch: padded tokens in a step. Small: what decides is the number of steps (see the notebook).
        compiled: whether to use torch.compile (needs a C compiler; faster after a minute).
        device: where, such as `cuda`.
    """

    tokens: int = 18_000_000
    rate: float = 2e-3
    decay: float = 0.05
    batch: int = 2048
    compiled: bool = False
    device: str = "cpu"

    def at(self, share: float) -> float:
        """The learning rate when `share` of the tokens is read."""
        if share < 0.02:
            return self.rate * share / 0.02
        return self.rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (share - 0.02) / 0.98)))


def teach(
    network: PreTrainedModel,
    stream: Iterator[Batch],
    schedule: Schedule,
    *,
    checkpoint: Path | None = None,
    birth: Mapping[str, Any] | None = None,
    progress: Progress = lambda share, text: None,
    every: float = 60.0,
) -> float:
    """Trains in place, in half precision where that is fast (see `halved`), and leaves the network on the CPU; returns
    the last smoothed loss in nats.

    Where `checkpoint` exists, goes on from it (the stream is wound forward to the same batch), and it is rewritten
    every `every` seconds by atomic replacement, together with `birth`, which says whose it is (see `resuming`).
    """

    network.to(schedule.device)
    body = _compiled(network.base_model) if schedule.compiled else network.base_model
    optimizers = _optimizers(network, schedule)
    state = {**_resume(checkpoint, network, optimizers), "birth": dict(birth or {})}
    for _ in range(state["steps"]):
        next(stream)
    network.train()
    saved = time.monotonic()
    for batch in stream:
        if state["tokens"] >= schedule.tokens:
            break
        share = state["tokens"] / schedule.tokens
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = schedule.at(share)
        loss = _step(network, body, optimizers, batch)
        state["loss"] = loss if not state["steps"] else 0.98 * state["loss"] + 0.02 * loss
        state["tokens"] += batch.ids.size
        state["steps"] += 1
        if state["steps"] % 20 == 0:
            progress(share, f"loss {state['loss']:.3f}, {state['tokens'] / 1e6:.1f}M tokens")
        if checkpoint is not None and time.monotonic() - saved > every:
            _save(checkpoint, network, optimizers, state)
            saved = time.monotonic()
    network.to("cpu").eval()
    return float(state["loss"])


def _compiled(body: Any) -> Any:
    """Compiled once for each padded length; beyond its limit torch would run further lengths uncompiled."""
    import torch

    torch._dynamo.config.recompile_limit = 2 * len(LENGTHS)
    return torch.compile(body)


def _optimizers(network: PreTrainedModel, schedule: Schedule) -> list[Any]:
    import torch

    from eudaimon.birth.muon import SingleMuon

    quick = partial(torch.optim.Muon, adjust_lr_fn="match_rms_adamw")
    muon = quick if multiplies_bfloat16(network.device.type) else SingleMuon
    table = network.get_input_embeddings().weight
    matrices = [p for p in network.parameters() if p.ndim == 2 and p is not table]
    others = [p for p in network.parameters() if p.ndim != 2 or p is table]
    rate, decay = schedule.rate, schedule.decay
    return [
        muon(matrices, lr=rate, weight_decay=decay),
        torch.optim.AdamW(others, lr=rate, weight_decay=decay, betas=(0.9, 0.98), fused=True),
    ]


def _step(network: PreTrainedModel, body: Any, optimizers: Sequence[Any], batch: Batch) -> float:
    import torch
    from torch.nn.functional import cross_entropy

    device = network.device
    ids = torch.from_numpy(batch.ids).to(device)
    weights = torch.from_numpy(batch.weights)[:, 1:].to(device)
    with halved(device.type):
        logits = network.lm_head(body(input_ids=ids).last_hidden_state)
    nll = cross_entropy(logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    loss = (nll * weights.flatten()).sum() / weights.sum()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _resume(path: Path | None, network: PreTrainedModel, optimizers: Sequence[Any]) -> dict[str, Any]:
    import torch

    if path is None or not path.exists():
        return {"tokens": 0, "steps": 0, "loss": 0.0}
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(saved["network"])
    for optimizer, kept in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(kept)
    return dict(saved["state"])


def _save(path: Path, network: PreTrainedModel, optimizers: Sequence[Any], state: dict[str, Any]) -> None:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    kept = [optimizer.state_dict() for optimizer in optimizers]
    torch.save({"network": network.state_dict(), "optimizers": kept, "state": state}, part)
    part.replace(path)
