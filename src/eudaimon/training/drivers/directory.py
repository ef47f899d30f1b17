"""A run's directory: what is needed to repeat the run, to go on with it, and to use what came of it.

run.json        settings, fingerprints of weights and data, versions; written before the first step
log.jsonl       what the trainer told, one line each time
checkpoints/    the trainer's own, the last two
adapter/        PEFT's format (or model/, where all weights were trained)
finished.json   figures; written last
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eudaimon.errors import TrainingError

FORMAT = 1
PACKAGES = ("eudaimon", "torch", "transformers", "trl", "peft", "accelerate", "datasets")


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """The directory at `path`."""

    path: Path

    def begin(self, settings: Mapping[str, Any], weights: str, data: str, rows: int) -> None:
        """Write what the run is, or see to it that it is still the same.

        Raises:
            TrainingError: the directory holds something else, or a run of another version, model, dataset or settings.
        """
        card = {"format": FORMAT, "settings": dict(settings), "weights": weights, "data": data, "rows": rows}
        if self.begun:
            self._compare(json.loads(json.dumps(card)))
            return
        if self.path.exists() and any(self.path.iterdir()):
            raise TrainingError(f"{self.path} holds files but no run; choose another directory (--out)")
        versions = {package: version(package) for package in PACKAGES}
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        write(self.path / "run.json", {**card, "versions": versions, **machine})

    @property
    def begun(self) -> bool:
        """Whether a run began here."""
        return (self.path / "run.json").exists()

    @property
    def finished(self) -> dict[str, Any] | None:
        """The figures of a run that came to its end."""
        done = self.path / "finished.json"
        return dict(json.loads(done.read_text(encoding="utf-8"))) if done.exists() else None

    def finish(self, figures: Mapping[str, Any]) -> None:
        """The run came to its end."""
        write(self.path / "finished.json", figures)

    def last_checkpoint(self) -> Path | None:
        """The newest whole checkpoint: the trainer's state is the last file that it writes into one."""
        whole = [
            state.parent
            for state in (self.path / "checkpoints").glob("checkpoint-*/trainer_state.json")
            if _reads(state)
        ]
        return max(whole, key=lambda folder: int(folder.name.rpartition("-")[2]), default=None)

    def _compare(self, card: Mapping[str, Any]) -> None:
        try:
            found = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise TrainingError(f"{self.path}/run.json cannot be read ({error}); choose another directory") from error
        if found.get("format") != FORMAT:
            raise TrainingError(
                f"{self.path} holds a run of format {found.get('format')}, but this version writes {FORMAT}; choose "
                "another directory, or go on with the version that began it"
            )
        changed = [name for name in ("weights", "data", "rows") if found.get(name) != card[name]]
        ours, theirs = card["settings"], found.get("settings", {})
        changed += [name for name in {**theirs, **ours} if ours.get(name) != theirs.get(name)]
        if changed:
            raise TrainingError(
                f"{self.path} holds a run with other {', '.join(changed)}; give what it began with, or another --out"
            )


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a whole JSON file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    part.replace(path)


def _reads(state: Path) -> bool:
    """Whether a trainer's state was written to its end."""
    try:
        json.loads(state.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True
