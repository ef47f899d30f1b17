"""Which day it is at the door."""

from __future__ import annotations

from eudaimon.dialogue import Stage
from eudaimon.memory import Store


def today(store: Store) -> int:
    """The day on which something said now belongs: the one that the next night has not gone through yet."""
    stages = list(Stage)
    over = [one.number for one in store.nights() if stages.index(one.stage) >= stages.index(Stage.REPLAYED)]
    return max(over, default=0) + 1
