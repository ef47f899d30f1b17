"""`train soup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.console import console, quiet
from eudaimon.cli.training import options as o


def soup(
    model: o.Model,
    adapter: Annotated[list[Path], typer.Option(help="An adapter in PEFT's format; repeat it.", show_default=False)],
    weight: Annotated[list[float], typer.Option(help="Of each adapter; they sum to 1.", show_default=False)],
    out: o.Out = Path("runs/soup"),
) -> None:
    """Mix adapters that were trained from one model into one: rewarded soups, exact for LoRA.

    \b
    Examples:
      eudaimon train soup --model ./my-model --adapter runs/a/adapter --adapter runs/b/adapter --weight .5 --weight .5
    """
    quiet(model)
    from eudaimon.training.drivers.soup import mix

    console().print(f"mixed: {mix(model, adapter, weight, out)}")
