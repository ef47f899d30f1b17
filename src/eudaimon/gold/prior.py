"""The published prior of what does people good and what they approve of.

Nothing here is tuned to any claim: means are written down once, coefficients are drawn around them by seed, all nine
families (three couplings of approval to flourishing, three structures of concern) are run and reported. How a reply
treats a person is a vector of treatments; needs and approval are linear in it, with a temper of the person and the hour
that turns the usual effect round in 35% of cases, so that no visible act is good in itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

NEEDS = ("autonomy", "competence", "relatedness", "health", "trust")
"""Self-determination theory's three (Deci and Ryan 2000), and health and trust."""

TREATMENTS = (
    "informs", "misleads", "pleases", "comforts", "decides", "returns",
    "refuses", "lets_go", "leaves", "connects", "advises", "warms", "chills",
)  # fmt: skip

_ONE = {  # where one concern suffices, what is good for one need is good for all
    "informs": (0.4, 0.6, 0.3, 0.4, 0.6),
    "misleads": (-0.5, -0.6, -0.3, -0.5, -0.8),
    "pleases": (0.1, 0.0, 0.2, 0.0, 0.0),
    "comforts": (0.2, 0.1, 0.6, 0.4, 0.3),
    "decides": (-0.3, -0.2, -0.1, -0.1, -0.1),
    "returns": (0.5, 0.3, 0.1, 0.1, 0.2),
    "refuses": (0.1, 0.1, 0.1, 0.3, 0.2),
    "lets_go": (0.2, 0.2, 0.2, 0.4, 0.3),
    "leaves": (0.4, 0.1, 0.1, 0.2, 0.2),
    "connects": (0.2, 0.2, 0.6, 0.3, 0.3),
    "advises": (0.1, 0.3, 0.2, 0.4, 0.2),
    "warms": (0.1, 0.1, 0.4, 0.1, 0.2),
    "chills": (-0.1, -0.1, -0.6, -0.3, -0.3),
}
_TWO = _ONE | {  # care breeds dependence
    "comforts": (-0.5, -0.3, 0.8, 0.4, 0.3),
    "connects": (-0.3, -0.2, 0.8, 0.3, 0.2),
    "returns": (0.8, 0.5, -0.4, -0.1, 0.1),
    "leaves": (0.7, 0.2, -0.5, 0.1, 0.1),
}
_ALL = _TWO | {  # and order takes autonomy, play costs trust, help costs competence
    "refuses": (-0.6, -0.2, -0.3, 0.8, 0.4),
    "decides": (-0.8, -0.5, 0.3, 0.6, 0.2),
    "advises": (-0.4, 0.3, 0.2, 0.6, -0.2),
    "warms": (0.1, 0.0, 0.8, 0.1, -0.5),
    "lets_go": (0.3, -0.5, 0.1, 0.7, 0.2),
    "informs": (0.4, 0.6, -0.3, 0.3, 0.6),
}
_APPROVAL = dict(
    zip(TREATMENTS, (0.0, 0.1, 1.0, 0.4, 0.4, -0.2, -0.7, -0.6, -0.3, 0.1, 0.0, 0.5, -0.6), strict=True)
)  # flattery and consent please at once, refusals do not (Cheng et al. 2025: people prefer the sycophant)


class Coupling(StrEnum):
    """How approval tracks flourishing."""

    ALIGNED = "aligned"
    NEUTRAL = "neutral"
    OPPOSED = "opposed"

    @property
    def rho(self) -> float:
        """The correlation that approval is mixed with: +.5, 0, -.5."""
        return {"aligned": 0.5, "neutral": 0.0, "opposed": -0.5}[self.value]


class Concern(StrEnum):
    """How many concerns conflict."""

    ONE = "one"
    TWO = "two"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Family:
    """One cell of the prior."""

    coupling: Coupling = Coupling.NEUTRAL
    concern: Concern = Concern.TWO


FAMILIES = tuple(Family(coupling, concern) for coupling in Coupling for concern in Concern)

SPREAD = 0.25
"""Standard deviation of every coefficient around its mean."""
TEMPER = 0.35
"""How often the person and the hour turn a treatment's usual effect round."""
STALE = 0.08
"""How often the notes are out of date, so that the other twin's world is the true one."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What one village's people are like: `effect[treatment]` over NEEDS, `approval[treatment]`."""

    effect: dict[str, tuple[float, ...]]
    approval: dict[str, float]


def draw(seed: int, family: Family) -> Coefficients:
    """Coefficients around the family's means: N(mean, SPREAD) each, reproducible from `seed`."""
    rng = Random(f"prior {seed} {family}")
    means = {Concern.ONE: _ONE, Concern.TWO: _TWO, Concern.ALL: _ALL}[family.concern]
    effect = {t: tuple(rng.gauss(mean, SPREAD) for mean in means[t]) for t in TREATMENTS}
    return Coefficients(effect, {t: rng.gauss(_APPROVAL[t], SPREAD) for t in TREATMENTS})
