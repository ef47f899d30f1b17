"""A run, from its plan to its adapter; called again after it was killed, it goes on where it was."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eudaimon.training.drivers import columns
from eudaimon.training.drivers.directory import RunDirectory
from eudaimon.training.drivers.plan import Plan, Told
from eudaimon.training.drivers.rows import Row, fingerprint, read_rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        weights: the adapter's directory, or the model's where all weights were trained.
        figures: steps, seconds, mean loss, and peak memory in MiB.
    """

    weights: Path
    figures: dict[str, Any]


def train(plan: Plan, told: Told = lambda done, total, figures: None) -> Outcome:
    """Train as planned, or go on with it; a run that came to its end is not repeated.

    Under `accelerate launch` every process calls it with the same plan; the first one writes.

    Raises:
        InputError: data, model or reward are not there.
        FormatError: a row cannot be used; names it.
        ModelError: the model cannot do what is asked.
        TrainingError: the directory holds another run.
        RewardError: a reward function failed.
    """
    from eudaimon.training.drivers.opening import open_tokenizer

    run, weights = RunDirectory(plan.out), plan.out / ("adapter" if plan.rank else "model")
    rows = read_rows(plan.data)
    form = columns.checked(rows, plan.method)
    tokenizer = open_tokenizer(plan, rows)
    limit = _limit(plan)
    columns.fits(rows, form, tokenizer, limit)
    if _first():
        run.begin(plan.settings(), _weights(plan.model), fingerprint(rows), len(rows))
    done = run.finished
    return Outcome(weights, _run(plan, run, weights, rows, form, tokenizer, limit, told) if done is None else done)


def _run(
    plan: Plan,
    run: RunDirectory,
    weights: Path,
    rows: list[Row],
    form: tuple[str, ...],
    tokenizer: Any,
    limit: int,
    told: Told,
) -> dict[str, Any]:
    from transformers import PrinterCallback

    from eudaimon.training.drivers.methods import make_trainer
    from eudaimon.training.drivers.progress import Progress

    began = time.monotonic()
    trainer = make_trainer(plan, tokenizer, _dataset(rows, form, plan), limit, common(plan, run.path / "checkpoints"))
    trainer.remove_callback(PrinterCallback)  # it would print figures between the progress bars
    trainer.add_callback(Progress(run.path / "log.jsonl", told))
    last = run.last_checkpoint()
    result = trainer.train(resume_from_checkpoint=str(last) if last else None)
    trainer.save_model(str(weights))
    figures = {
        "steps": trainer.state.global_step,
        "resumed at": int(last.name.rpartition("-")[2]) if last else 0,
        "loss": result.training_loss,
        "seconds": time.monotonic() - began,
        "peak MiB": peak(),
    }
    if _first():
        tokenizer.save_pretrained(str(weights))
        run.finish(figures)
    return figures


def common(plan: Plan, checkpoints: Path) -> dict[str, Any]:
    """What all of TRL's configurations share. On a CPU single precision, on a GPU bfloat16 where it is known."""
    import torch

    cpu = plan.device == "cpu" or not torch.cuda.is_available()
    return {
        "output_dir": str(checkpoints),
        "per_device_train_batch_size": plan.batch,
        "learning_rate": plan.rate,
        "lr_scheduler_type": "cosine",
        "max_steps": plan.steps,
        "seed": plan.seed,
        "save_steps": plan.save_every,
        "save_total_limit": plan.keep,
        "logging_steps": 10,
        "report_to": [],
        "disable_tqdm": True,
        "use_cpu": cpu,
        "bf16": not cpu and torch.cuda.is_bf16_supported(),
        "gradient_checkpointing": False,
        "dataloader_pin_memory": not cpu,
    }


def peak() -> float:
    """Peak memory of this process in MiB: of the device where there is one, else resident.

    Where the kernel tells it (Linux) that of this program is taken: `getrusage` counts what was resident before it was
    started, in the process that started it.
    """
    import resource

    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    told = Path("/proc/self/status")
    for line in told.read_text(encoding="ascii", errors="ignore").splitlines() if told.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _dataset(rows: list[Row], form: tuple[str, ...], plan: Plan) -> Any:
    """As `datasets` has it. Only what is needed, so that no other column changes how TRL reads the rows; for rlhf all,
    since reward functions are given them."""
    import datasets

    datasets.disable_progress_bars()
    kept = [*form, *plan.options.get("margins", ()), "margin"]
    rlhf = plan.method == "rlhf"
    return datasets.Dataset.from_list(
        [{name: value for name, value in row.columns.items() if rlhf or name in kept} for row in rows]
    )


def _limit(plan: Plan) -> int:
    from transformers import AutoConfig

    from eudaimon.language.opening import check_directory
    from eudaimon.training.drivers.opening import places

    check_directory(plan.model)
    return places(plan, AutoConfig.from_pretrained(plan.model))


def _weights(model: str) -> str:
    """SHA-256 of a directory's weights; a hub id stands for itself."""
    import hashlib

    told = hashlib.sha256()
    files = sorted(path for path in Path(model).glob("*") if path.suffix in (".safetensors", ".bin"))
    for path in files:
        with path.open("rb") as file:
            told.update(hashlib.file_digest(file, "sha256").digest())
    return told.hexdigest() if files else model


def _first() -> bool:
    """Whether this is the process that writes."""
    return os.environ.get("RANK", "0") == "0"
