"""TRL's trainers, driven: checked data, a run directory that repeats the run, resuming, adapters in PEFT's format.

`train(plan)` is all that a caller needs; `eudaimon train` is a thin cover of it. TRL is imported when it runs.
"""

from eudaimon.training.drivers.plan import Method, Plan, Told
from eudaimon.training.drivers.train import Outcome, train

__all__ = ["Method", "Outcome", "Plan", "Told", "train"]
