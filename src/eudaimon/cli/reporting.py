"""`report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console
from eudaimon.cli.options import FIRST, Directory


def report(
    directory: Directory = FIRST,
    out: Annotated[
        Path | None, typer.Option(help="The HTML file; default report.html in the directory.", show_default=False)
    ] = None,
) -> None:
    """Write the report of a life as one HTML file, from its stored rows; needs no model.

    \b
    Examples:
      eudaimon report
      eudaimon report --directory runs/second --out second.html
    """
    from eudaimon.report import write_report

    console().print(f"report: {write_report(directory, out or directory / 'report.html')}")
