"""Tables in Markdown.

>>> print(table(("a", "b"), [["1", "x|y"]]), end="")
| a | b |
| --- | --- |
| 1 | x\\|y |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, one string a cell, with a line's end after it."""
    lines = [_line(head), "|" + " --- |" * len(head), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
