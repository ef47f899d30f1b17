"""When a gain counts: parsing is not virtue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.evals.statistics import Estimate


def counted(gain: Estimate, parsed: Estimate) -> Estimate:
    """A gain, given the same figure among replies that parse: nothing, unless its sign holds there too, by the bound of
    its interval. What is no gain stays as it is."""
    from eudaimon.evals.statistics import exactly

    return gain if gain.value <= 0 or parsed.low > 0 else exactly(0.0)
