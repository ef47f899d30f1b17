"""Replay: where a night has room for a quarter of a long day, is it worth to choose by surprise and by regret?

python -m eudaimon.experiments.replaying           to `results/replaying.json` (twenty minutes); goes on where it was

Development births and villages, one life each and no claim. Every arm dreams and trains alike, ungated, and is worth
what its replies are without a council.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.arms import onenight

if TYPE_CHECKING:
    from eudaimon.dialogue import Signal
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

LENGTH, ROOM, WHOLE = 3, 36, 144
"""How many times as long as usual the day is; at most so many conversations are replayed, and all there are."""
ARMS: Mapping[str, Mapping[str, Any]] = {
    "the whole day": {"replays": WHOLE},
    "by surprise and regret": {"replays": ROOM},
    "by chance": {"replays": ROOM, "by_chance": 1.0},
}
"""By name, what differs from a night's settings; every arm dreams of `ROOM` situations."""


def one_life(desk: Desk) -> onenight.Worths:
    """Every arm draws its signals from what it replays of one day, and learns them."""
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, gated=False, length=LENGTH))
    usual = replace(nights.NIGHTS.training, seed=desk.life.seed)
    worth = {onenight.BASE: onenight.base(desk, model, field)}
    for arm in ARMS:
        drawn = desk.once(f"signals {arm}", partial(_draw, desk, model, arm))
        one = onenight.learned(desk, model, field, f"learned {arm}", _signals(desk, model, arm), usual)
        worth[arm] = {**one, **drawn}
    return worth


def _draw(desk: Desk, model: LocalModel, arm: str) -> dict[str, float]:
    """Lets an arm draw its signals, which stay in its folder: how many, and what that took."""
    from eudaimon.experiments.arms import nights

    before, settings = nights.work(model), replace(nights.NIGHTS, dreams=ROOM, **ARMS[arm])
    signals = nights.draw_as(desk, model, arm, nights.council, settings)
    return {"signals": len(signals), "flops": nights.work(model) - before}


def _signals(desk: Desk, model: LocalModel, arm: str) -> list[Signal]:
    from eudaimon.life import Life

    with Life.open(desk.folder / arm, model) as life:
        return life.store.signals(1)


def replaying_section(path: Path) -> str:
    """The figures in `replaying.json` as a section of the evidence."""
    told = (
        f"a night after a day of {WHOLE} conversations, with room for all or for {ROOM} of them, chosen by surprise "
        "and regret (a quarter by chance) or by chance alone. Gold over no night (share of replies that parse; nats "
        "per token from the base), how many signals were drawn, and the operations that this took, in 1e12."
    )
    return onenight.section(
        "Replay, where it has to choose",
        "replaying",
        path,
        tuple(ARMS),
        told,
        lambda one: f", {one['signals']:.0f}, {one['flops'] / 1e12:.1f}",
    )


if __name__ == "__main__":
    onenight.look("replaying", __doc__, one_life)
