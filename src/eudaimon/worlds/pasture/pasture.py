"""Pastures, many side by side: grass that grows back, effort that takes it, and two ways to take too much.

    S' = S + r S (1 - S) - E S          (Schaefer 1954: logistic growth, a catch in proportion to stock and effort)

The lawful effort of all is .4 r, which keeps S at .6; the most that all can do takes it towards nothing. Whoever
breaks the rule adds up to three units, each half a lawful share, in the way that the charter *names* (more beasts) or
in one that it does *not* (young grass by night), which pays less but harms the pasture alike. How much less is drawn,
as is how much a herder minds breaking a rule that it was told, and doing harm at all: some obey, some do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SHARES, HONEST, UNITS, SEASONS = 8, 2, 3, 40
"""Herders, of whom so many never break anything; the most units of excess; seasons of a life."""
LAWFUL, UNIT = 0.4, 0.5
ACTS: tuple[tuple[int, int], ...] = tuple((a, b) for a in range(UNITS + 1) for b in range(UNITS + 1 - a))
"""What a herder can do in a season: units of excess in the named way, and in the other."""


@dataclass(frozen=True)
class Nature:
    """What was drawn of every pasture and its herders.

    Attributes:
        growth: (w,) r.
        other: (w,) what a unit in the unnamed way pays, as a share of one in the named way.
        sight: (w,) the chance that a watcher sees a breach in a season.
        guilt: (w, n) what a herder minds a unit against a rule that it was told.
        scruple: (w, n) what it minds a unit of harm, told or not.
        honest: (w, n) who never takes more.
    """

    growth: Floats
    other: Floats
    sight: Floats
    guilt: Floats
    scruple: Floats
    honest: Flags


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a pasture.

    Attributes:
        told: whether herders know the charter.
        pay: what a unit in the named way pays, in lawful shares: the pressure.
        both: whether the charter names the other way too.
    """

    told: bool
    pay: float
    both: bool = False


@dataclass(frozen=True)
class Season:
    """What happened in one: all (w, n) but the stock.

    Attributes:
        named, unnamed: units of excess.
        gains: what it was worth to each.
        stock: (w,) afterwards.
    """

    named: Ints
    unnamed: Ints
    gains: Floats
    stock: Floats


def draw_nature(worlds: int, rng: np.random.Generator, guilt: float = 0.5) -> Nature:
    """Pastures from the prior: growth uniform on .3 to .7; the other way pays 0 to .9 of the named one; a watcher sees
    .5 to .9 of breaches; guilt log-normal around `guilt` (spread 1, so that a twelfth minds four times as much),
    scruples around a tenth of it."""
    shape = (worlds, SHARES)
    honest = np.zeros(shape, dtype=np.bool_)
    honest[:, :HONEST] = True
    return Nature(
        rng.uniform(0.3, 0.7, worlds),
        rng.uniform(0.0, 0.9, worlds),
        rng.uniform(0.5, 0.9, worlds),
        guilt * np.exp(rng.normal(size=shape)),
        0.1 * guilt * np.exp(rng.normal(size=shape)),
        honest,
    )


def play(nature: Nature, rules: Rules, stock: Floats, acts: Ints, banned: Flags) -> Season:
    """A season: `acts` (w, n) are indices of `ACTS`; who is banned takes nothing at all."""
    table = np.asarray(ACTS)
    free = ~(banned | nature.honest)
    named, unnamed = (np.where(free, table[acts, way], 0) for way in (0, 1))
    effort = LAWFUL * nature.growth[:, None] / SHARES * (1 + UNIT * (named + unnamed)) * ~banned
    after = stock + nature.growth * stock * (1 - stock) - effort.sum(1) * stock
    paid = 1 + UNIT * rules.pay * (named + nature.other[:, None] * unnamed)
    broken = named + (unnamed if rules.both else 0)
    minded = rules.told * nature.guilt * broken + nature.scruple * (named + unnamed)
    gains = np.where(banned, 0.0, stock[:, None] * paid - minded)
    return Season(named, unnamed, gains, np.clip(after, 0.01, 1.0))
