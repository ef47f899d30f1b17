"""The style sheets, scripts and pictures of the pages, under names that change with their content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from eudaimon.report.drawing import style_sheet

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
NAMES = ("pages.css", "talk.js", "ballot.js", "mark.svg")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its path at the server, its type and its bytes."""

    path: str
    kind: str
    content: bytes


@cache
def assets() -> dict[str, Asset]:
    """All of them by name; the report's style sheet is the first, and the pages' own only adds to it."""
    folder = files("eudaimon.serving.pages") / "static"
    content = {"style.css": style_sheet().encode(), **{name: (folder / name).read_bytes() for name in NAMES}}
    return {name: Asset(_path(name, held), KINDS[name.rpartition(".")[2]], held) for name, held in content.items()}


def asset(name: str) -> str:
    """Where the file of this name is served."""
    return assets()[name].path


def _path(name: str, content: bytes) -> str:
    return f"/static/{sha256(content).hexdigest()[:16]}/{name}"
