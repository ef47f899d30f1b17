"""One console, errors as one clear line, and libraries that keep quiet."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from eudaimon.errors import EudaimonError

if TYPE_CHECKING:
    from rich.console import Console

HOW_TO_GO_ON = "how to go on"
"""Under this name a command leaves, in its context, what to say if it is stopped."""


def console(*, stderr: bool = False) -> Console:
    """Where everything is printed. Text that comes from elsewhere is never read as markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, soft_wrap=True)


def quiet(model: str | None = None) -> None:
    """Let libraries that load a model say nothing that does not matter; a download still shows how far it is."""
    wishes = {"TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}
    if model is None or Path(model).exists():
        wishes["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    warnings.simplefilter("ignore", FutureWarning)
    for name, value in wishes.items():
        os.environ.setdefault(name, value)


def if_stopped(context: typer.Context, hint: str) -> None:
    """Say `hint` if this command is interrupted or fails."""
    context.find_root().meta[HOW_TO_GO_ON] = hint


class Commands(TyperGroup):
    """A group whose commands end with one line, not with a traceback, when something is wrong."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say(ctx, "Interrupted.", "yellow")
            raise typer.Exit(130) from None
        except EudaimonError as error:
            if ctx.params.get("debug"):
                raise
            _say(ctx, f"{type(error).__name__}: {error}", "red")
            raise typer.Exit(1) from None


def _say(context: Any, what: str, style: str) -> None:
    err = console(stderr=True)
    with suppress(KeyboardInterrupt):
        err.print(what, style=style)
        if hint := context.find_root().meta.get(HOW_TO_GO_ON):
            err.print(str(hint))
