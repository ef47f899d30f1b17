"""Watching a DPO run for over-fitting: held-out pairs beside as many training pairs, at every tenth step.

What is seen is kept in `overfitting.json`, so that a run that was killed goes on with the memory that it had. Looking
draws no random number and changes no weight.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import TrainerCallback

from eudaimon.training.drivers.directory import write
from eudaimon.training.methods.overfitting import Detector

EVERY = 10
MOST = 256
"""Pairs of either sort that are looked at, at most."""


class Watch(TrainerCallback):  # type: ignore[misc]
    """Looks at pairs that TRL has tokenized.

    Args:
        trainer: TRL's DPO trainer; `eval_dataset` holds what is held out.
        path: where what was seen is kept.
        stop: whether an alarm ends the run.
    """

    def __init__(self, trainer: Any, path: Path, stop: bool) -> None:
        self.trainer, self.path, self.stop, self.detector = trainer, path, stop, Detector()

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if not self.path.exists():
            return
        looks = [
            look
            for look in json.loads(self.path.read_text(encoding="utf-8"))["looks"]
            if look["step"] <= state.global_step
        ]
        for look in looks:
            self.detector.look(look["step"], np.array(look["trained"]), np.array(look["held_out"]), look["chosen"])

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step % EVERY:
            return
        taught, chosen = gaps(self.trainer, self.trainer.train_dataset)
        held, _ = gaps(self.trainer, self.trainer.eval_dataset)
        alarm = self.detector.look(state.global_step, taught, held, chosen)
        if state.is_world_process_zero:
            self._keep(state.global_step, taught, held, chosen)
        if alarm and self.stop:
            control.should_training_stop = True

    def _keep(self, step: int, taught: NDArray[np.float64], held: NDArray[np.float64], chosen: float) -> None:
        looks = json.loads(self.path.read_text(encoding="utf-8"))["looks"] if self.path.exists() else []
        looks = [look for look in looks if look["step"] < step]
        looks.append({"step": step, "trained": taught.tolist(), "held_out": held.tolist(), "chosen": chosen})
        write(self.path, {"alarm": self.detector.fired, "looks": looks})


@torch.no_grad()
def gaps(trainer: Any, dataset: Any) -> tuple[NDArray[np.float64], float]:
    """beta d of the first pairs of a dataset, (N,), and the mean log-ratio of their chosen sides."""
    model, training = trainer.model, trainer.model.training
    model.eval()
    found = [_ratios(trainer, batch) for batch in _batches(trainer, dataset)]
    model.train(training)
    chosen, rejected = (torch.cat(side) for side in zip(*found, strict=True))
    return (trainer.beta * (chosen - rejected)).double().cpu().numpy(), float(chosen.mean())


def _batches(trainer: Any, dataset: Any) -> list[dict[str, Tensor]]:
    rows = [dataset[place] for place in range(min(MOST, len(dataset)))]
    size = trainer.args.per_device_train_batch_size
    return [trainer.data_collator(rows[start : start + size]) for start in range(0, len(rows), size)]


def _ratios(trainer: Any, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Log-ratios of the chosen and of the rejected sides of a batch, (B,) each."""
    ids, mask, said = (
        batch[n].to(trainer.accelerator.device) for n in ("input_ids", "attention_mask", "completion_mask")
    )

    def weigh(model: Any) -> Tensor:
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1].float()
        each = logits.log_softmax(-1).gather(2, ids[:, 1:, None])[..., 0]
        whole: Tensor = (each * said[:, 1:]).sum(1)
        return whole

    policy = trainer.accelerator.unwrap_model(trainer.model)
    ours = weigh(policy)
    if trainer.ref_model is not None:
        theirs = weigh(trainer.ref_model)
    else:
        with policy.disable_adapter() if hasattr(policy, "disable_adapter") else nullcontext():
            theirs = weigh(policy)
    chosen, rejected = (ours - theirs).chunk(2)
    return chosen, rejected
