"""How personas speak in experiments: as they do by day, so that none is a straw persona that says what comes first."""

from __future__ import annotations

from dataclasses import replace

from eudaimon.life import Manner
from eudaimon.psyche import Settings
from eudaimon.values import read_charter


def by_day(seed: int, *, reflect: bool = True) -> Settings:
    """The speech of a life's days, under `seed` itself; without pauses where nobody sits to be heard."""
    return replace(Manner().speech(seed, read_charter()), seed=seed, reflect=reflect)
