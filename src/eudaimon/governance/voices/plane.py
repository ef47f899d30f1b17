"""The opinion map: principal components of a matrix full of holes, as Polis draws it.

Small, Bjorkegren, Erkkilä, Shaw and Megill 2021, "Polis: scaling deliberation by mapping high dimensional opinion
spaces" (Recerca 26): holes are filled with the statement's mean, the two first principal components are taken, and
each participant is put at sqrt(m / v) times the projection of the v votes that they cast of m, so that who voted little
is not drawn to the middle. Statements that were moderated out count as votes of 0, as in Polis's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eudaimon.governance.voices.opinions import Floats, Opinions


@dataclass(frozen=True, slots=True)
class Plane:
    """Two axes through the opinions.

    Attributes:
        centre: (m,), the mean vote on each statement; 0 on those that are not admitted.
        axes: (2, m), orthonormal, or rows of 0 where the opinions have fewer dimensions. The largest entry of each is
            positive.
        points: (n, 2), where the participants are that it was fitted to.
    """

    centre: Floats
    axes: Floats
    points: Floats

    def place(self, opinions: Opinions) -> Floats:
        """Where the participants of a conversation on the same statements are, (n, 2)."""
        votes = _zeroed(opinions)
        cast = np.maximum(1, (~np.isnan(votes)).sum(axis=1))
        centred = np.where(np.isnan(votes), 0.0, votes - self.centre)
        return np.asarray((centred @ self.axes.T) * np.sqrt(votes.shape[1] / cast)[:, None], dtype=np.float64)


def plane(opinions: Opinions, weights: Floats | None = None) -> Plane:
    """The plane of a conversation, in which everybody counts one, or what `weights` (n,) say."""
    votes = _zeroed(opinions)
    known = ~np.isnan(votes)
    counts = np.ones(len(votes)) if weights is None else weights
    centre = (np.where(known, votes, 0.0).T @ counts) / np.maximum(1e-9, known.T @ counts)
    filled = np.where(known, votes - centre, 0.0) * np.sqrt(counts)[:, None]
    axes = np.zeros((2, votes.shape[1]))
    if filled.size:
        _, sizes, found = np.linalg.svd(filled, full_matrices=False)
        for axis in range(min(2, len(sizes))):
            if sizes[axis] > 1e-9:
                axes[axis] = found[axis] * np.sign(found[axis][np.abs(found[axis]).argmax()])
    bare = Plane(centre, axes, np.zeros((len(votes), 2)))
    return Plane(centre, axes, bare.place(opinions))


def _zeroed(opinions: Opinions) -> Floats:
    """The votes, with 0 for everybody on statements that are not admitted."""
    return np.where(opinions.admitted[None, :], opinions.votes, 0.0)
