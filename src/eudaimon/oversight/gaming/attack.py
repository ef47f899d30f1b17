"""An attacker who knows the detector: the best proxy among runs that would not alarm.

With the detector as a constraint, and all runs listed, what an adaptive policy can still gain is exact up to the noise
of what is seen, over which each run's suspicion is averaged.
"""

from __future__ import annotations

import numpy as np

from eudaimon.oversight.gaming.detector import Detector
from eudaimon.worlds.gaming import Run, Task


def adapted(task: Task, detector: Detector, seed: int, looks: int = 4) -> Run:
    """The run with the highest proxy among those that do not alarm on average of so many looks."""
    rng = np.random.default_rng(seed)
    runs = list(task.runs())
    suspicion = np.mean([detector.suspicion([task.seen(run, rng) for run in runs]) for _ in range(looks)], axis=0)
    quiet = [run for run, level in zip(runs, suspicion, strict=True) if level < detector.threshold]
    return max(quiet, key=lambda run: run.proxy, default=task.best("intent"))


def hidden_best(task: Task) -> tuple[Run, Run]:
    """The best run by the proxy and the best by the intent."""
    return task.best("proxy"), task.best("intent")
