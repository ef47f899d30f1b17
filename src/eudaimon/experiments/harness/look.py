"""The command line of what is looked at and claims nothing: from which births, where work is kept, where to write."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from eudaimon.experiments.harness.births import fingerprint
from eudaimon.experiments.harness.card import Card
from eudaimon.experiments.harness.provenance import code_version


def parser_of(
    name: str, told: str | None, kept: str = "for what was found of each life", births: bool = True
) -> argparse.ArgumentParser:
    """A parser for `python -m eudaimon.experiments.NAME` with `--births`, `--runs` and `--results`.

    Args:
        name: of the module.
        told: its docstring.
        kept: what `--runs` is for; empty where no work is kept.
        births: whether lives start from births at all.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m eudaimon.experiments.{name}",
        description=told,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if births:
        parser.add_argument("--births", type=Path, default=Path("results/births"), help="that lives start from")
    if kept:
        parser.add_argument("--runs", type=Path, default=Path(f"runs/{name}"), help=kept)
    parser.add_argument("--results", type=Path, default=Path("results"), help="where to write")
    return parser


def versions(runs: Path, births: Path, numbers: Iterable[int]) -> str:
    """Every version of the code that worked on what is kept in `runs`, with the present one, as it is told in a page.

    Raises:
        ExperimentError: what is kept there rests on other births than those of these numbers now are.
    """
    path = runs / "look.json"
    card = Card.read(path) if path.exists() else Card(attempt=0, frozen="")
    for number in numbers:
        card.rest_on(number, fingerprint(births, number))
    card.stamp(code_version(Path(__file__)))
    runs.mkdir(parents=True, exist_ok=True)
    card.write(path)
    return ", ".join(card.code)
