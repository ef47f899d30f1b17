"""How much the archetypes' errors have in common: eight voices that err together are one."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.experiments.harness.result import Lived


def in_common(lived: Sequence[Lived]) -> dict[str, float]:
    """Realised correlation of errors (phi, see `evals.card.correlations`) by pair of archetypes, as controls: the mean
    over those lives whose figures `errors` hold the pair, since births differ in who errs at all."""
    found = [one.figures["errors"] for one in lived]
    pairs = dict.fromkeys(pair for errors in found for pair in errors)
    return {
        f"correlation of errors: {pair}": fmean(errors[pair] for errors in found if pair in errors) for pair in pairs
    }
