"""How hard a night trains: what one night's signals are worth at several rates, batches and sorts of signals.

python -m eudaimon.experiments.rates               to `results/rates.json` (a quarter of an hour); goes on where it was

Development births and villages, one life each and no claim: it is what the rate of `training.Settings` was chosen by.
Every arm learns from the signals of the same night, ungated, and is worth what its replies are without a council.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.dialogue import Signal
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel
    from eudaimon.training import Settings

LIVES = ((0, 5), (0, 8), (1, 6), (1, 9))
"""Birth and village of each."""
PEOPLE, SEED = 300, 7000
"""Test conversations, and the chances of the life in village 0."""
BASE = "no night"
ARMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "rate 1e-3": ("all", {"rate": 1e-3}),
    "rate 1e-3, batches of 16": ("all", {"rate": 1e-3, "batch": 16}),
    "rate 1e-3, pairs alone": ("pairs", {"rate": 1e-3, "supervised": 0.0}),
    "rate 1e-3, labels alone": ("labels", {"rate": 1e-3}),
    "rate 5e-4": ("all", {"rate": 5e-4}),
}
"""By name, which signals are learned, and what differs from a night's settings; batches are of 8 otherwise."""


def one_life(desk: Desk) -> dict[str, dict[str, float]]:
    """By arm: gold, share of replies that parse, and KL to the base in nats per token."""
    from eudaimon.experiments.arms import nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, gated=False))
    drawn = nights.draw_as(desk, model, "drawn", nights.council, nights.NIGHTS)
    usual = replace(nights.NIGHTS.training, seed=desk.life.seed)
    worth = {BASE: {**_worth(nights.tested(desk, model, field, "")), "kl": 0.0}}
    for arm, (which, differs) in ARMS.items():
        learn = partial(_learn, desk, model, arm, chosen(drawn, which), replace(usual, **differs))
        kl = desk.once(f"training {arm}", learn)
        worth[arm] = {**_worth(nights.tested(desk, model, field, arm)), "kl": kl}
    return worth


def chosen(drawn: Sequence[Signal], which: str) -> list[Signal]:
    """Of the signals of a night `all`, the `pairs` (those of letting go among them) or the `labels`."""
    return [one for one in drawn if which == "all" or bool(one.rejected) == (which == "pairs")]


def _learn(desk: Desk, model: LocalModel, arm: str, signals: Sequence[Signal], settings: Settings) -> float:
    from eudaimon.training import consolidate

    model.load_adapter(None)
    return consolidate(model, signals, settings, desk.folder / arm)["kl"]


def _worth(figures: Mapping[str, Any]) -> dict[str, float]:
    from eudaimon.experiments.arms.field import evidence

    return {"gold": evidence(figures), "parsed": figures["parsed"]}


def compare(births: Path, runs: Path, results: Path, watch: Callable[[int, int, str], None]) -> Path:
    """Every life; writes `rates.json` below `results`."""
    from eudaimon.experiments.harness.desk import Desk, Life, write_json
    from eudaimon.experiments.harness.provenance import code_version

    lives = {}
    for place, (birth, village) in enumerate(LIVES):
        begun = partial(watch, place, len(LIVES))
        desk = Desk(Life(place, birth, village, SEED + village), runs / str(place), births, PEOPLE, begun=begun)
        desk.folder.mkdir(parents=True, exist_ok=True)
        lives[f"{birth}, {village}"] = one_life(desk)
    write_json(results / "rates.json", {"code": code_version(Path(__file__)), "lives": lives})
    return results / "rates.json"


def rates_section(path: Path) -> str:
    """The figures in `rates.json` as a section of the evidence."""
    head = "## How hard a night trains\n"
    if not path.exists():
        return f"{head}\nNot run yet: `python -m eudaimon.experiments.rates`.\n"
    page = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        [life, f"{arms[BASE]['gold']:.3f}", *(_told(arms[arm], arms[BASE]["gold"]) for arm in ARMS)]
        for life, arms in page["lives"].items()
    ]
    return "\n".join(
        [
            head,
            f"At {page['code']}, one life each in development villages, so a look and no claim: gold over no night "
            "(share of replies that parse; nats per token from the base) by what the same night's signals are "
            "learned with. All results about nights above were had with 1e-3.\n",
            table(("birth, village", BASE, *ARMS), rows),
        ]
    )


def _told(one: Mapping[str, float], base: float) -> str:
    return f"{one['gold'] - base:+.3f} ({one['parsed']:.2f}; {one['kl']:.3f})"


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps

    said = parser_of("rates", __doc__, "for what is trained").parse_args(words)
    with steps("rates") as watch:
        print(compare(said.births, said.runs, said.results, watch))


if __name__ == "__main__":
    main()
