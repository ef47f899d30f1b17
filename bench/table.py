"""Timing and writing down."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

CLOCK = "cpu" if os.environ.get("BENCH_CLOCK") == "cpu" else "wall"
"""With BENCH_CLOCK=cpu the processor's seconds are counted, all threads together: for a machine that is not idle, where
one thread (OMP_NUM_THREADS=1) brings them near what an idle machine's clock shows."""

seconds = time.process_time if CLOCK == "cpu" else time.perf_counter


def median_seconds(work: Callable[[], object], repeats: int = 5, slow: float = float("inf")) -> float:
    """The median time of `work` after one warm-up, or the time of that, where it took more than `slow` seconds."""
    begun = seconds()
    work()
    if (first := seconds() - begun) > slow:
        return first
    times = []
    for _ in range(repeats):
        start = seconds()
        work()
        times.append(seconds() - start)
    return statistics.median(times)


def write(name: str, rows: Sequence[dict[str, Any]], **settings: object) -> None:
    """Prints the rows and writes `results/bench/NAME.json` with machine, versions and settings."""
    import torch

    print(f"\n{name}", flush=True)
    for row in rows:
        shown = {key: f"{value:.4g}" if isinstance(value, float) else value for key, value in row.items()}
        print("  " + "  ".join(f"{key}={value}" for key, value in shown.items()), flush=True)
    machine = {
        "cpu": platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "clock": CLOCK,
        "python": platform.python_version(),
    }
    versions = {package: version(package) for package in ("eudaimon", "torch", "transformers")}
    path = Path("results/bench") / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "versions": versions, **settings, "rows": list(rows)}
    path.write_text(json.dumps(content, indent=1) + "\n")
