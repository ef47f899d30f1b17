"""One night in a few development lives, spent or learned from in several ways: for looks, which claim nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.desk import Desk, Life, write_json
from eudaimon.experiments.harness.look import versions
from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.dialogue import Signal
    from eudaimon.experiments.arms.field import Field
    from eudaimon.language.local import LocalModel
    from eudaimon.training import Settings

LIVES = ((0, 5), (0, 8), (1, 6), (1, 9))
"""Birth and village of each."""
PEOPLE, SEED = 300, 7000
"""Test conversations, and the chances of the life in village 0."""
BASE = "no night"
Worths = dict[str, dict[str, float]]
"""By arm: gold, share of replies that parse, KL to the base in nats per token, and whatever else is told."""


def base(desk: Desk, model: LocalModel, field: Field) -> dict[str, float]:
    """What the base is worth."""
    return {**_worth(desk, model, field, ""), "kl": 0.0}


def learned(
    desk: Desk, model: LocalModel, field: Field, arm: str, signals: Sequence[Signal], settings: Settings
) -> dict[str, float]:
    """What the base is worth when it has learned these signals, if any, ungated and without a council."""
    if not signals:
        return base(desk, model, field)
    kl = desk.once(f"training {arm}", partial(_learn, desk, model, arm, signals, settings))
    return {**_worth(desk, model, field, arm), "kl": kl}


def write_lives(
    one_life: Callable[[Desk], Worths], births: Path, runs: Path, page: Path, watch: Callable[[int, int, str], None]
) -> Path:
    """Every life; writes what it found to `page`, and goes on where it was."""
    lives, code = {}, versions(runs, births, sorted({birth for birth, _ in LIVES}))
    for place, (birth, village) in enumerate(LIVES):
        begun = partial(watch, place, len(LIVES))
        desk = Desk(Life(place, birth, village, SEED + village), runs / str(place), births, PEOPLE, begun=begun)
        desk.folder.mkdir(parents=True, exist_ok=True)
        lives[f"{birth}, {village}"] = one_life(desk)
    write_json(page, {"code": code, "lives": lives})
    return page


def look(name: str, told: str | None, one_life: Callable[[Desk], Worths], words: Sequence[str] | None = None) -> None:
    """The command line of such a look: `name` of its module and its page, and its docstring."""
    from eudaimon.experiments.harness.look import parser_of
    from eudaimon.experiments.harness.watching import steps

    said = parser_of(name, told, "for what is drawn and trained").parse_args(words)
    with steps(name) as watch:
        print(write_lives(one_life, said.births, said.runs, said.results / f"{name}.json", watch))


def section(
    title: str,
    module: str,
    path: Path,
    arms: Sequence[str],
    told: str,
    more: Callable[[Mapping[str, float]], str] = lambda one: "",
) -> str:
    """What is in `path` as a section of the evidence.

    Args:
        title, module: of the look.
        path: of its page.
        arms: columns.
        told: what the table shows, after "At CODE, ".
        more: what is added to an arm's cell.
    """
    head = f"## {title}\n"
    if not path.exists():
        return f"{head}\nNot run yet: `python -m eudaimon.experiments.{module}`.\n"
    page: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        [
            life,
            f"{found[BASE]['gold']:.3f}",
            *(_told(found[arm], found[BASE]["gold"]) + more(found[arm]) for arm in arms),
        ]
        for life, found in page["lives"].items()
    ]
    says = f"At {page['code']}, one life each in development villages, so a look and no claim: {told}\n"
    return "\n".join([head, says, table(("birth, village", BASE, *arms), rows)])


def _told(one: Mapping[str, float], base: float) -> str:
    return f"{one['gold'] - base:+.3f} ({one['parsed']:.2f}; {one['kl']:.3f})"


def _learn(desk: Desk, model: LocalModel, arm: str, signals: Sequence[Signal], settings: Settings) -> float:
    from eudaimon.training import consolidate

    model.load_adapter(None)
    return consolidate(model, signals, settings, desk.folder / arm)["kl"]


def _worth(desk: Desk, model: LocalModel, field: Field, adapter: str) -> dict[str, float]:
    from eudaimon.experiments.arms.field import evidence
    from eudaimon.experiments.arms.nights import tested

    figures = tested(desk, model, field, adapter)
    return {"gold": evidence(figures), "parsed": figures["parsed"]}
