"""How far a run is: told to whoever wants to know, and kept in the run's log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from eudaimon.training.drivers.plan import Told


class Progress(TrainerCallback):  # type: ignore[misc]
    """Tells every step, and writes what the trainer logs; steps that are done again replace their lines."""

    def __init__(self, log: Path, told: Told) -> None:
        self.log, self.told, self.latest = log, told, dict[str, float]()

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if not state.is_world_process_zero or not self.log.exists():
            return
        kept = [line for line in self.log.read_text(encoding="utf-8").splitlines() if _step(line) <= state.global_step]
        self.log.write_text("".join(line + "\n" for line in kept), encoding="utf-8")

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **kwargs: Any) -> None:
        if state.is_world_process_zero and logs and "train_runtime" not in logs:
            self.latest = logs
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": state.global_step, **logs}) + "\n")

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self.told(state.global_step, state.max_steps, self.latest)


def _step(line: str) -> int:
    """The step of a line; one that a killed run left half-written belongs to none that is kept."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError):
        return 2**62
