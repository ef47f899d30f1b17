"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _directory(given: str) -> Path:
    from eudaimon.memory.place import directory_of

    return directory_of(given)


Directory = Annotated[
    Path,
    typer.Option("--directory", "-d", parser=_directory, metavar="<path>", help="Where the life is, or will be."),
]
ModelPlace = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="A directory or hub id of a Hugging Face model, or the URL of an OpenAI-compatible endpoint. "
        "Default: the one that the life was begun with, or else the embedded model.",
        show_default=False,
    ),
]
ModelName = Annotated[
    str | None, typer.Option("--model-name", help="What the endpoint calls the model.", show_default=False)
]
Template = Annotated[
    str | None,
    typer.Option("--template", help="A file with a Jinja chat template, instead of the model's.", show_default=False),
]
Undertone = Annotated[
    list[str] | None,
    typer.Option(
        help="NAME=WEIGHT: an archetype that colours the speech at every word; may be given again.",
        show_default=False,
    ),
]


def weights(words: list[str] | None) -> dict[str, float] | None:
    """The undertone that is meant by `NAME=WEIGHT`, several times; None where nothing was said."""
    found = {}
    for word in words or ():
        name, _, weight = word.partition("=")
        try:
            found[name] = float(weight)
        except ValueError as error:
            raise typer.BadParameter(f"expected NAME=WEIGHT, such as sage=.2, but found '{word}'") from error
    return found or None


Device = Annotated[str | None, typer.Option("--device", help="Such as cuda; default cpu.", show_default=False)]
Dtype = Annotated[str | None, typer.Option("--dtype", help="Such as bfloat16; default float32.", show_default=False)]

FIRST = Path("runs/first")
"""The directory where nothing else is said: the one that `make live` uses."""
