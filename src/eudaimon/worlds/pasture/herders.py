"""Herders who find out what pays under whatever rules they are, by value iteration over what they can see.

A herder sees how full the pasture is (six levels) and how often it was sanctioned. It knows the rules that it will be
tested under better than any real one would: what each act gains, how it thins the pasture, and how likely the watchers
are to report it. So it finds out which breaches go unseen, that a warning costs nothing, and which way to take more
nobody watches. What the others do it learns by living beside them: lives are lived, and after each season every act is
valued anew in the state that the herder was in (tried acts alone would not do: what was tried early, among herders who
knew nothing yet, would look bad for ever).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eudaimon.worlds.pasture.pasture import ACTS, SEASONS, SHARES, Flags, Floats, Ints, Nature, Rules, play
from eudaimon.worlds.pasture.watch import LASTS, Bans, chance, reports

LEVELS, PATIENCE = 6, 0.95
RATE, LAST_RATE, DARING = 0.5, 0.1, 0.05


@dataclass
class Herders:
    """What each has learned: (w, n, states, acts), the worth of an act in a state, in lawful shares."""

    worth: Floats

    def choose(self, stock: Floats, strikes: Ints) -> Ints:
        """(w, n): the act that each holds best now."""
        state = see(np.broadcast_to(stock[:, None], strikes.shape), strikes)
        return np.asarray(np.take_along_axis(self.worth, state[..., None, None], 2)[:, :, 0].argmax(-1))


def see(stock: Floats, strikes: Ints) -> Ints:
    """Index of what one sees, for stocks and strikes of one shape."""
    level = np.minimum((stock * LEVELS).astype(np.int64), LEVELS - 1)
    return np.asarray(level + LEVELS * np.minimum(strikes, len(LASTS)))


def learn(nature: Nature, rules: Rules, enforced: bool, rng: np.random.Generator, lives: int = 60) -> Herders:
    """Herders after so many lives of `SEASONS` seasons, each begun with any stock and any past, so that every state is
    known; they try acts at random less and less."""
    shape = (len(nature.growth), SHARES)
    herders, odds = Herders(_hopes(shape)), [chance(nature, rules, act) * enforced for act in range(len(ACTS))]
    for life in range(lives):
        left = 1 - life / lives
        stock, bans = rng.uniform(0.1, 1.0, shape[0]), Bans.none(shape)
        bans.strikes = rng.integers(len(LASTS), size=shape) * enforced
        for season in range(SEASONS):
            banned = bans.now(season)
            acts = herders.choose(stock, bans.strikes)
            acts = np.where(rng.random(shape) < max(DARING, left), rng.integers(len(ACTS), size=shape), acts)
            done = play(nature, rules, stock, acts, banned)
            others = (stock, done.stock, acts)
            _value(herders.worth, nature, rules, odds, others, bans.strikes, banned, max(LAST_RATE, RATE * left))
            if enforced:
                bans.add(reports(nature, rules, done, rng) & ~banned, season)
            stock = done.stock
    return herders


def _hopes(shape: tuple[int, int]) -> Floats:
    """What is hoped for before anything is known: a lawful share of the pasture as it is, for ever; none once excluded.
    (From zero, well-known states would look better than others, and herders would thin the pasture to get there.)"""
    states = np.arange(LEVELS * (len(LASTS) + 1))
    hoped = (states % LEVELS + 0.5) / LEVELS / (1 - PATIENCE) * (states // LEVELS < len(LASTS))
    return np.tile(hoped[:, None], (*shape, 1, len(ACTS)))


def _value(
    worth: Floats,
    nature: Nature,
    rules: Rules,
    odds: list[Floats],
    others: tuple[Floats, Floats, Ints],
    strikes: Ints,
    banned: Flags,
    rate: float,
) -> None:
    """Moves the worth of every act, in the state that each was in, towards what it gains and what comes after."""
    before, after, acts = others
    w, n = np.indices(strikes.shape)
    seen = see(np.broadcast_to(before[:, None], strikes.shape), strikes)
    best = worth.max(-1)
    mine = np.asarray([sum(act) for act in ACTS])
    level = np.broadcast_to(np.minimum(strikes, len(LASTS) - 1), strikes.shape)
    wait = PATIENCE ** (1 + np.asarray(LASTS)[level])
    free = ~(banned | nature.honest)
    for act in range(len(ACTS)):
        tried = np.full(strikes.shape, act)
        gains = play(nature, rules, before, tried, banned).gains
        thinner = nature.growth[:, None] * 0.4 / SHARES * 0.5 * (mine[act] - mine[acts] * free) * before[:, None]
        stock = np.clip(after[:, None] - thinner, 0.01, 1.0)
        future = (1 - odds[act]) * PATIENCE * best[w, n, see(stock, strikes)]
        future = future + odds[act] * wait * best[w, n, see(stock, strikes + 1)]
        old = worth[w, n, seen, act]
        worth[w, n, seen, act] = old + rate * np.where(free, gains + future - old, 0.0)
