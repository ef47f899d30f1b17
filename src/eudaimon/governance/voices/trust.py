"""How much each voter of an open conversation counts, where nobody keeps a roll: people who vote alike share a voice.

Somebody who votes many times over has to vote much the same every time, or gains little by it. Likeness is agreement
beyond what the statements alone would make anybody agree (a kappa, Cohen 1960, against each statement's own shares).
Votes that are cast by chance to hide it make two copies differ, but hardly a copy from what its like say on the whole:
so voters are compared with each other, and with the majorities of each other's six nearest, and a voter's weight is one
over the sum of their likeness to all, themselves included:

    w_i = 1 / sum_j s_ij,    s_ij = max(d_ij, sqrt(k_ij k_ji)) ** 8,    s_ii = 1,

d_ij the kappa of i and j, k_ij that of i with the majority of those nearest to j; 0 where it is negative, or where they
meet on fewer than five statements. The power leaves people of one mind nearly apart (.5 becomes .004) and takes copies
together (.95 becomes .66). It is the discount for coordination of plural voting (Ohlhaver, Weyl and Buterin 2022), on
votes instead of memberships. It is no roll: who casts half of their votes by chance is not seen, and honest people who
hold exactly the same count less. Where it matters, keep a roll (`enrolled`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices.opinions import AGREE, DISAGREE, PASS, Floats, Opinions

SHARED, POWER, NEAREST = 5, 8, 6


def trust(opinions: Opinions) -> Floats:
    """The weights (n,), each in (0, 1]; 1 for who votes like nobody else."""
    votes = opinions.votes[:, opinions.admitted]
    sides = np.asarray([votes == side for side in (AGREE, PASS, DISAGREE)], dtype=np.float64)
    shares = sides.sum(axis=1) / np.maximum(1, sides.sum(axis=(0, 1)))
    direct = _kappa(sides, sides, shares)
    towards = _kappa(sides, _majorities(sides, direct), shares)
    alike = np.maximum(direct, np.sqrt(towards * towards.T)) ** POWER
    np.fill_diagonal(alike, 1.0)
    return np.asarray(1 / alike.sum(axis=1), dtype=np.float64)


def _kappa(these: Floats, those: Floats, shares: Floats) -> Floats:
    """Kappas (n, k) between rows (side, n, m) and rows (side, k, m), each on the statements where both take a side; 0
    where they are negative, or those are fewer than five."""
    both = these.sum(axis=0) @ those.sum(axis=0).T
    agreed = np.asarray([this @ that.T for this, that in zip(these, those, strict=True)]).sum(axis=0)
    chance = these.sum(axis=0) @ (those * shares[:, None]).sum(axis=0).T
    kappas = (agreed - chance) / np.maximum(both - chance, 1e-9)
    return np.asarray(np.where(both >= SHARED, np.clip(kappas, 0.0, 1.0), 0.0), dtype=np.float64)


def _majorities(sides: Floats, kappas: Floats) -> Floats:
    """(side, n, m): agree or disagree, as most of everybody's nearest others do; no side where they are even."""
    apart = kappas.copy()
    np.fill_diagonal(apart, -1.0)
    nearest = np.argsort(-apart, axis=1, kind="stable")[:, :NEAREST]
    lead = sides[0][nearest].sum(axis=1) - sides[2][nearest].sum(axis=1)
    return np.asarray([lead > 0, np.zeros_like(lead), lead < 0], dtype=np.float64)


def enrolled(opinions: Opinions, roll: Collection[str]) -> Opinions:
    """The conversation of those on a roll alone; a note says how many were left out.

    Raises:
        GovernanceError: nobody on the roll has voted.
    """
    inside = [i for i, name in enumerate(opinions.participants) if name in roll]
    if not inside:
        raise GovernanceError(
            f"none of {len(opinions.participants)} participants is on the roll of {len(set(roll))}; give the roll "
            "whose ids the conversation uses"
        )
    out = len(opinions.participants) - len(inside)
    note = (f"{out} of {len(opinions.participants)} participants are not on the roll, and are left out",) if out else ()
    kept = opinions.only(voters=inside)
    return replace(kept, notes=(*kept.notes, *note))
