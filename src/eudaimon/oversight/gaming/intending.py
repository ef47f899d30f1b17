"""Acting in a gaming task by what was meant: readings come by ways, and the proxy's author had only some in mind.

What comes of an act is its reading, by the way that it goes (its words): a feature for each way. The proxy counts all
ways alike. An agent that infers the intent knows which ways there were when the proxy was written, and neither which
act is an exploit nor what any is truly worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eudaimon.training.methods.intent import Intent, inferred, planned
from eudaimon.worlds.gaming import Act, Kind, Run, Task
from eudaimon.worlds.gaming.task import STEPS

Array = NDArray[np.float64]


def ways(acts: Sequence[Act]) -> Array:
    """Features of doing each act all the time, (A, A): its reading, by its own way."""
    return np.diag([STEPS * act.reading for act in acts])


def understood(task: Task, known: Sequence[Kind], seed: int) -> Intent:
    """What is meant by counting readings, said by somebody who had acts of these kinds in mind."""
    every = ways(task.acts)
    design = every[[place for place, act in enumerate(task.acts) if act.kind in known]]
    return inferred(np.ones(len(task.acts)), np.concatenate([design, np.zeros((1, len(every)))]), seed=seed)


def intending(
    task: Task, known: Sequence[Kind], seed: int, ask: Callable[[Act], bool] | None = None
) -> tuple[Run, int]:
    """The run of an agent that acts by what was meant, and how many questions it asked.

    Args:
        task: what can be done.
        known: kinds of acts that the proxy's author had in mind.
        seed: of what is drawn.
        ask: answers whether what comes of an act is wished for; nobody can be asked by default.
    """
    plans = ways(task.acts)
    beliefs = understood(task, known, seed)
    chosen, asked = planned(beliefs, plans, None if ask is None else lambda place: ask(task.acts[place]))
    rest = next(act for act in task.acts if act.kind is Kind.REST)
    return Run((task.acts[chosen] if chosen >= 0 else rest,) * STEPS), asked


def person(seed: int, right: float = 0.95) -> Callable[[Act], bool]:
    """Somebody who says whether an act serves what they mean, and is right so often."""
    rng = np.random.default_rng(seed)
    return lambda act: bool((act.intent > 0) == (rng.random() < right))
