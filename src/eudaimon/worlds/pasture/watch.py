"""Watchers who err, and sanctions that rise: the graduated steps of `governance.kernel`, for many pastures at once.

Herders learn against this mirror, since they need thousands of seasons; what is measured is ruled by the kernel itself,
and whether the two ever differ is a figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from eudaimon.worlds.pasture.pasture import ACTS, SEASONS, Flags, Floats, Ints, Nature, Rules, Season

WATCHERS, AGREE, FALSE = 3, 2, 0.005
"""Watchers; how many have to report the same herder for a sanction; the chance of a false report in a season."""
LASTS = (0, 3, 8, SEASONS)
"""For how many seasons a warning, a limit, a suspension and an exclusion take the pasture."""


@dataclass
class Bans:
    """Who was sanctioned how often, and until which season each is kept out; both (w, n)."""

    strikes: Ints
    until: Ints

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Bans:
        """Nobody yet."""
        return cls(np.zeros(shape, dtype=np.int64), np.full(shape, -1, dtype=np.int64))

    def now(self, season: int) -> Flags:
        """Who is kept out in a season."""
        return np.asarray(self.until >= season)

    def add(self, found: Flags, season: int) -> None:
        """Sanctions whom the watchers found, one step above the last; it binds from the next season on."""
        lasts = np.asarray(LASTS)[np.minimum(self.strikes, len(LASTS) - 1)]
        self.until = np.where(found, np.maximum(self.until, season + lasts), self.until)
        self.strikes = self.strikes + found


def reports(nature: Nature, rules: Rules, season: Season, rng: np.random.Generator) -> Flags:
    """(w, n): whom enough watchers report. A way that the charter does not name is none of their business; where it
    does, they see it half as well, since it is done by night."""
    sees = _seen(nature, rules, season.named > 0, season.unnamed > 0)
    seen = rng.random((WATCHERS, *sees.shape)) < sees
    return np.asarray(seen.sum(0) >= AGREE)


def chance(nature: Nature, rules: Rules, act: int) -> Floats:
    """(w, 1): how likely enough watchers are to report who acts so."""
    named, unnamed = (np.full((len(nature.growth), 1), units > 0) for units in ACTS[act])
    sees = _seen(nature, rules, named, unnamed)
    return np.asarray(binom.sf(AGREE - 1, WATCHERS, sees))


def _seen(nature: Nature, rules: Rules, named: Flags, unnamed: Flags) -> Floats:
    """How likely one watcher is to report each."""
    sees = np.where(named, nature.sight[:, None], FALSE)
    dark = np.where(unnamed, nature.sight[:, None] / 2, FALSE)
    return np.asarray(np.maximum(sees, dark) if rules.both else sees)


def severe(season: Season) -> Floats:
    """(w, n): whether somebody takes two units or more in the named way."""
    return (season.named >= 2).astype(np.float64)
