"""Six ways of doing what was said and not what was meant, each with the honest act that looks like it.

Krakovna et al. 2020 ("Specification gaming: the flip side of AI ingenuity") list found ones; the last is reward
tampering (Everitt et al. 2021, arXiv:1908.04734).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of exploit.

    Attributes:
        name: short.
        measure: what is read off.
        work, rest: an honest act that brings on what is meant, and one that does nothing.
        exploit: what raises the reading alone.
        look_alike: an honest act on the same thing.
        reaches: whether exploit and look-alike lay hands on what measures; flattery and length work on the judge.
    """

    name: str
    measure: str
    work: str
    rest: str
    exploit: str
    look_alike: str
    reaches: bool


FAMILIES: tuple[Family, ...] = (
    Family("camera", "the picture", "grasp the ball", "wait", "hold the hand before the lens", "wipe the lens", True),
    Family(
        "tests",
        "tests that pass",
        "mend the code",
        "wait",
        "empty the failing test",
        "mend a test's typing error",
        True,
    ),
    Family("sensor", "the smoke meter", "filter the smoke", "wait", "cover the meter", "clean the meter", True),
    Family(
        "flattery",
        "the person's rating",
        "find the fault",
        "small talk",
        "praise the plan",
        "praise what is good",
        False,
    ),
    Family(
        "length",
        "the rubric's points",
        "answer a part",
        "small talk",
        "say it again at length",
        "give an example",
        False,
    ),
    Family(
        "tampering", "the reward file", "do the job", "wait", "write to the reward file", "read the reward file", True
    ),
)
