"""How hard a night trains: what one night's signals are worth at several rates, batches and sorts of signals.

python -m eudaimon.experiments.rates               to `results/rates.json` (a quarter of an hour); goes on where it was

Development births and villages, one life each and no claim: it is what the rate of `training.Settings` was chosen by.
Every arm learns from the signals of the same night, ungated, and is worth what its replies are without a council.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.arms import onenight

if TYPE_CHECKING:
    from eudaimon.dialogue import Signal
    from eudaimon.experiments.harness.desk import Desk

ARMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "rate 1e-3": ("all", {"rate": 1e-3}),
    "rate 1e-3, batches of 16": ("all", {"rate": 1e-3, "batch": 16}),
    "rate 1e-3, pairs alone": ("pairs", {"rate": 1e-3, "supervised": 0.0}),
    "rate 1e-3, labels alone": ("labels", {"rate": 1e-3}),
    "rate 5e-4": ("all", {"rate": 5e-4}),
}
"""By name, which signals are learned, and what differs from a night's settings; batches are of 8 otherwise."""


def one_life(desk: Desk) -> onenight.Worths:
    """Every arm learns from the same signals."""
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, gated=False))
    drawn = nights.draw_as(desk, model, "drawn", nights.council, nights.NIGHTS)
    usual = replace(nights.NIGHTS.training, seed=desk.life.seed)
    return {
        onenight.BASE: onenight.base(desk, model, field),
        **{
            arm: onenight.learned(desk, model, field, arm, chosen(drawn, which), replace(usual, **differs))
            for arm, (which, differs) in ARMS.items()
        },
    }


def chosen(drawn: Sequence[Signal], which: str) -> list[Signal]:
    """Of the signals of a night `all`, the `pairs` (those of letting go among them) or the `labels`."""
    return [one for one in drawn if which == "all" or bool(one.rejected) == (which == "pairs")]


def rates_section(path: Path) -> str:
    """The figures in `rates.json` as a section of the evidence."""
    told = (
        "gold over no night (share of replies that parse; nats per token from the base) by what the same night's "
        "signals are learned with."
    )
    return onenight.section("How hard a night trains", "rates", path, tuple(ARMS), told)


if __name__ == "__main__":
    onenight.look("rates", __doc__, one_life)
