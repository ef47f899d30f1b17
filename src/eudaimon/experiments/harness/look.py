"""The command line of what is looked at and claims nothing: from which births, where work is kept, where to write."""

from __future__ import annotations

import argparse
from pathlib import Path


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
