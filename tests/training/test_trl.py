"""TRL as an oracle: the same pairs cost the same there."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch

from eudaimon.dialogue import Signal
from eudaimon.dialogue.formats import trl as columns
from eudaimon.language.local import LocalModel
from eudaimon.training import Settings, consolidate
from eudaimon.training.adapter import begin
from eudaimon.training.examples import batches, example_of
from eudaimon.training.loss import gaps, loss
from eudaimon.training.network import Policy


@pytest.mark.slow
def test_the_loss_is_that_of_trl(
    model: LocalModel, signals: list[Signal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    from datasets import Dataset
    from peft import PeftModel
    from trl import DPOConfig, DPOTrainer

    pairs = [signal for signal in signals if signal.rejected]
    consolidate(model, pairs, Settings(rank=4, epochs=4, rate=1e-2, kl=50.0), tmp_path / "adapter")

    policy = Policy(begin(model.model, 4, 0, tmp_path / "adapter"), model.usage)
    (batch,) = batches([example_of(signal, model.template) for signal in pairs], len(pairs))
    with torch.no_grad():
        said = policy.said(batch)
        with policy.reference():
            before = policy.said(batch).sum(1)
        ours = loss(said, gaps(said, before, batch), batch, Settings(supervised=0.0))

    rows = [{name: row[name] for name in ("prompt", "chosen", "rejected")} for row in columns.rows(pairs, "preference")]
    options = {"use_cpu": True, "bf16": True, "report_to": [], "gradient_checkpointing": False}
    trainer = DPOTrainer(
        model=PeftModel.from_pretrained(copy.deepcopy(model.model), tmp_path / "adapter", is_trainable=True),
        ref_model=copy.deepcopy(model.model),
        args=DPOConfig(str(tmp_path / "trl"), per_device_train_batch_size=len(pairs), **options),
        train_dataset=Dataset.from_list(rows),
        processing_class=model.tokenizer,
    )
    with torch.no_grad(), trainer.accelerator.autocast():
        theirs = trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader())))
    assert float(ours) == pytest.approx(float(theirs), abs=0.01)
    assert float(ours) < 0.6  # it is not the loss of an untrained policy
