"""Groups of commands, whose help shows each of them at work."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class Group(TyperGroup):
    """A group whose help ends with the first example of each of its commands."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Examples"):
            for command in self.commands.values():
                for example in examples(command.help or "")[:1]:
                    formatter.write(f"  {example}\n")
        super().format_epilog(ctx, formatter)


def examples(text: str) -> list[str]:
    """The examples in the help of a command, a line each."""
    return [line.strip() for line in text.partition("Examples:\n")[2].splitlines() if line.strip()]
