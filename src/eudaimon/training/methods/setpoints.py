"""Homeostatic set-points: a value that can be too much as well as too little.

Keramati & Gutkin 2014 ("Homeostatic reinforcement learning"): what is rewarded is drive reduction. Within a band around
the set-point there is no drive at all, and outside it as much as the distance; with hysteresis, effort once begun goes
on to the middle, so that nothing trembles at the band's edge.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetPoint:
    """What is wished for, and how far off is still well.

    Attributes:
        target: the middle of the band.
        band: half of its width.
        unit: a distance that counts 1, so that values of different scales can be weighed together: multiplying value,
            target, band and unit by anything changes no reward.
    """

    target: float
    band: float
    unit: float = 1.0

    def __post_init__(self) -> None:
        if self.band < 0 or not self.unit > 0:
            raise ValueError(f"a set-point needs band >= 0 and unit > 0, but they are {self.band} and {self.unit}")

    def reward(self, value: float) -> float:
        """-max(0, |x - x*| - band) / unit: 0 within the band, whatever happens there.

        >>> point = SetPoint(target=10, band=2)
        >>> point.reward(11), point.reward(15), point.reward(4)
        (-0.0, -3.0, -4.0)
        """
        return -max(0.0, abs(value - self.target) - self.band) / self.unit

    def pressed(self, value: float, before: bool = False) -> bool:
        """Whether there is any drive: outside the band, or, where there was some before, until the middle is reached.

        Args:
            value: where it stands.
            before: whether there was drive a step before.
        """
        return abs(value - self.target) > (self.band / 2 if before else self.band)
