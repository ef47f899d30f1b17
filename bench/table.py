"""Timing and writing down."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """The median wall time of `work` after one warm-up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def write(name: str, rows: Sequence[dict[str, Any]], **settings: object) -> None:
    """Prints the rows and writes `results/bench/NAME.json` with machine, versions and settings."""
    import torch

    print(f"\n{name}")
    for row in rows:
        shown = {key: f"{value:.4g}" if isinstance(value, float) else value for key, value in row.items()}
        print("  " + "  ".join(f"{key}={value}" for key, value in shown.items()))
    machine = {
        "cpu": platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
    }
    versions = {package: version(package) for package in ("eudaimon", "torch", "transformers")}
    path = Path("results/bench") / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "versions": versions, **settings, "rows": list(rows)}
    path.write_text(json.dumps(content, indent=1) + "\n")
