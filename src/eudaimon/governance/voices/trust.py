"""How much each voter of an open conversation counts, where nobody keeps a roll: people who vote alike share a voice.

Somebody who votes many times over has to vote much the same every time, or gains little by it. So pairs of voters are
compared by how far they agree beyond what the statements alone would make anybody agree (a kappa, Cohen 1960, against
each statement's own shares), and a voter's weight is one over the sum of their likeness to all, themselves included:

    w_i = 1 / sum_j s_ij,    s_ij = max(0, kappa_ij) ** 8 where both voted on five statements, s_ii = 1

The power leaves people of one mind nearly apart (.5 becomes .004) and takes copies together (.95 becomes .66). It is
the discount for coordination of plural voting (Ohlhaver, Weyl and Buterin 2022), on votes instead of memberships. It is
no roll: who casts a fifth of their votes by chance is not seen, and honest people who hold exactly the same count less.
Where it matters, keep a roll (`enrolled`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices.opinions import AGREE, DISAGREE, PASS, Floats, Opinions

SHARED, POWER = 5, 8


def trust(opinions: Opinions) -> Floats:
    """The weights (n,), each in (0, 1]; 1 for who votes like nobody else."""
    votes = opinions.votes[:, opinions.admitted]
    sides = np.asarray([votes == side for side in (AGREE, PASS, DISAGREE)], dtype=np.float64)
    known = sides.sum(axis=0)
    shares = sides.sum(axis=1) / np.maximum(1, known.sum(axis=0))
    both = known @ known.T
    agreed = np.asarray([side @ side.T for side in sides]).sum(axis=0)
    chance = (known * (shares**2).sum(axis=0)) @ known.T
    kappa = (agreed - chance) / np.maximum(both - chance, 1e-9)
    alike = np.where((both >= SHARED) & (kappa > 0), np.clip(kappa, 0, 1) ** POWER, 0.0)
    np.fill_diagonal(alike, 1.0)
    return np.asarray(1 / alike.sum(axis=1), dtype=np.float64)


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
