"""The help of every command as one Markdown page: `python -m eudaimon.cli.manual > docs/help.md`; a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from eudaimon.cli.app import app

WIDTH = 96


def manual() -> str:
    """The page."""
    root = typer.main.get_command(app)
    pages = _pages(root, typer.Context(root, info_name="eudaimon", terminal_width=WIDTH, max_content_width=WIDTH))
    return "# Help\n\nWritten by `python -m eudaimon.cli.manual`; do not edit.\n\n" + "\n".join(pages)


def _pages(command: Any, context: Any) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    for name, inner in getattr(command, "commands", {}).items():
        yield from _pages(inner, typer.Context(inner, info_name=name, parent=context))


if __name__ == "__main__":
    print(manual(), end="")
