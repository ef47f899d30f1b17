"""One console, errors as one clear line, and libraries that keep quiet."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from eudaimon.errors import EudaimonError

if TYPE_CHECKING:
    from rich.console import Console

    from eudaimon.life import Life

HOW_TO_GO_ON = "how to go on"
"""Under this name a command leaves, in its context, what to say if it is stopped."""


def console(*, stderr: bool = False) -> Console:
    """Where everything is printed. Text that comes from elsewhere is never read as markup or emoji (`1:100:2`)."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def quiet(model: str | None = None) -> None:
    """Let libraries that load a model say nothing that does not matter; a download still shows how far it is."""
    wishes = {"TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}
    if model is None or Path(model).exists():
        wishes["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    warnings.simplefilter("ignore", FutureWarning)
    for name, value in wishes.items():
        os.environ.setdefault(name, value)


@contextmanager
def lived(life: Life) -> Iterator[Life]:
    """`life`, which is closed in the end, and its model left, however the command ends: an endpoint that hangs holds
    nobody up for longer than one request."""
    from eudaimon.language.backend import leave

    try:
        with life:
            yield life
    finally:
        leave(life.model)


def if_stopped(context: typer.Context, hint: str | Callable[[], str | None]) -> None:
    """Say `hint` if this command is interrupted or fails; a function says then whether there is one."""
    context.find_root().meta[HOW_TO_GO_ON] = hint


class Commands(TyperGroup):
    """A group whose commands end with one line, not with a traceback, when something is wrong."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say(ctx, "Interrupted.", "yellow")
            raise typer.Exit(130) from None
        except (EudaimonError, OSError) as error:
            # A pipe that nobody reads any more is no fault, and is left to typer, which ends quietly.
            if ctx.params.get("debug") or isinstance(error, BrokenPipeError):
                raise
            _say(ctx, in_one_line(error), "red")
            raise typer.Exit(1) from None


def in_one_line(error: EudaimonError | OSError) -> str:
    """An error's name, and what it says: on one line where the operating system raised it."""
    return f"{type(error).__name__}: {_what(error)}"


def _what(error: EudaimonError | OSError) -> str:
    if isinstance(error, EudaimonError):
        return str(error)
    if error.filename is None:
        return " ".join(str(error).split())
    return f"{error.filename}: {error.strerror}; mend or move what is there, or give another path"


def _say(context: Any, what: str, style: str) -> None:
    err = console(stderr=True)
    with suppress(KeyboardInterrupt):
        err.print(what, style=style)
        hint = context.find_root().meta.get(HOW_TO_GO_ON)
        if said := hint() if callable(hint) else hint:
            err.print(said)
