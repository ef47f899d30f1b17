"""Strict templates: a field that a template asks for and does not get, or gets and does not use, is an error.

Ours are beside this file; a folder of one's own may replace any of them by its name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.errors import FormatError, InputError

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = Path(__file__).with_name("templates")
FIELDS = {
    "card": ("value", "community", "lines"),
    "line": ("kind", "text", "scope"),
    "critique": ("kind", "text", "scope", "rationale"),
    "revision": ("text", "scope"),
    "rubric": ("criterion",),
}
"""Every template, and the fields that it must use, all of them and no others."""


class Templates:
    """The templates of a compilation, checked when they are opened.

    Args:
        folder: one's own, named `card.txt`, `line.txt`, `critique.txt`, `revision.txt`, `rubric.txt`; those missing are
            ours.

    Raises:
        InputError: there is no such folder, or it holds a file that is no template's.
        FormatError: a template leaves a field unused, asks for an unknown one, or is no Jinja; with its line if known.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder and not folder.is_dir():
            raise InputError("there is no such folder of templates; give one, or none for ours", path=folder)
        stray = [one for one in sorted(folder.glob("*.txt")) if one.stem not in FIELDS] if folder else []
        if stray:
            raise InputError(f"is no template; name it one of {', '.join(FIELDS)}, or take it away", path=stray[0])
        self._texts = {name: _read(name, folder) for name in FIELDS}

    def render(self, name: str, **fields: object) -> str:
        """The template `name` with `fields`, on one line less its last newline.

        Raises:
            ValueError: the fields are not those that the template is for.
        """
        if set(fields) != set(FIELDS[name]):
            raise ValueError(f"the template '{name}' is for {', '.join(FIELDS[name])}, not for {', '.join(fields)}")
        return str(_environment().from_string(self._texts[name]).render(fields)).strip()


def _read(name: str, folder: Path | None) -> str:
    from jinja2 import TemplateSyntaxError, meta

    mine = folder / f"{name}.txt" if folder else OURS / f"{name}.txt"
    path = mine if mine.exists() else OURS / f"{name}.txt"
    text = path.read_text(encoding="utf-8")
    try:
        used = meta.find_undeclared_variables(_environment().parse(text))
    except TemplateSyntaxError as wrong:
        raise FormatError(f"is no Jinja template: {wrong.message}; mend it", path=path, line=wrong.lineno) from None
    if unknown := used - set(FIELDS[name]):
        line = next(n for n, one in enumerate(text.splitlines(), 1) if any(word in one for word in unknown))
        known = ", ".join(FIELDS[name])
        told = f"asks for {', '.join(sorted(unknown))}, which there is not; it may use {known}"
        raise FormatError(told, path=path, line=line)
    if unused := set(FIELDS[name]) - used:
        raise FormatError(f"never uses {', '.join(sorted(unused))}, which would be lost; use it", path=path)
    return text


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(undefined=StrictUndefined)
