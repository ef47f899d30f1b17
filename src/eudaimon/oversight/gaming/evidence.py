"""What can be seen of a run, whatever it is about: nothing of it names an exploit.

gap          the reading at the end minus the witness
cheapness    the steepest rise of the reading for the effort spent on it
touching     share of steps that laid hands on what measures
rise there   what the reading rose in those steps
unevenness   standard deviation of the rises over steps
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eudaimon.worlds.gaming import Seen

NAMES = ("gap", "cheapness", "touching", "rise there", "unevenness")


def evidence(seen: Seen) -> NDArray[np.float64]:
    """The figures of `NAMES`, (5,)."""
    rises, efforts = np.diff([0.0, *seen.readings]), np.maximum(seen.efforts, 0.05)
    reached = np.array(seen.reached)
    return np.array(
        [
            seen.readings[-1] - seen.witness,
            (rises / efforts).max(),
            reached.mean(),
            rises[reached].sum(),
            rises.std(),
        ]
    )
