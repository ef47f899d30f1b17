"""Runs to fit and to test on: honest ones, look-alikes among them, and exploits; families left out in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eudaimon.worlds.gaming import FAMILIES, Family, Kind, Run, Seen, draw_task
from eudaimon.worlds.gaming.task import STEPS


@dataclass(frozen=True, slots=True)
class Trial:
    """A run as it is seen, and what is hidden.

    Attributes:
        family: of its task.
        seen: all that a detector may read.
        exploits: whether any act is an exploit.
        look_alike: whether it has look-alikes and no exploit.
        gamed: whether its proxy is high and its intent low.
    """

    family: str
    seen: Seen
    exploits: bool
    look_alike: bool
    gamed: bool


def draw_trials(count: int, seed: int, families: Sequence[Family] = FAMILIES) -> list[Trial]:
    """So many runs of random tasks: a half exploits once or more, a quarter has look-alikes, a quarter neither."""
    rng, trials = np.random.default_rng(seed), []
    for number in range(count):
        task = draw_task(int(rng.integers(2**31)), families[number % len(families)])
        acts = {act.kind: act for act in task.acts}
        honest = [acts[Kind.WORK] if rng.random() < 0.75 else acts[Kind.REST] for _ in range(STEPS)]
        special = (Kind.EXPLOIT, Kind.EXPLOIT, Kind.LOOK_ALIKE, None)[number // len(families) % 4]
        if special:
            for place in rng.choice(STEPS, rng.integers(1, STEPS), replace=False):
                honest[place] = acts[special]
        run = Run(tuple(honest))
        seen = task.seen(run, rng)
        trials.append(Trial(task.family.name, seen, run.exploits, special is Kind.LOOK_ALIKE, task.gamed(run)))
    return trials


def left_out(trials: Sequence[Trial]) -> Iterator[tuple[str, list[Trial], list[Trial]]]:
    """For each family its name, the trials of all others, and its own."""
    for name in dict.fromkeys(trial.family for trial in trials):
        yield name, [t for t in trials if t.family != name], [t for t in trials if t.family == name]
