"""The style sheets, scripts and pictures of the pages, under names that change with their content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import Response
from starlette.exceptions import HTTPException

from eudaimon.report.drawing import style_sheet
from eudaimon.serving.pages.routes import page_router

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
NAMES = ("pages.css", "talk.js", "ballot.js", "mark.svg")

router = page_router()


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


@router.get("/static/{digest}/{name}")
def serve(digest: str, name: str) -> Response:
    """One of them; browsers may keep it for good, since another content has another path."""
    held = assets().get(name)
    if held is None or held.path != f"/static/{digest}/{name}":
        raise HTTPException(404, f"there is no file {name} of this content")
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(held.content, media_type=f"{held.kind}; charset=utf-8", headers=kept)


def _path(name: str, content: bytes) -> str:
    return f"/static/{sha256(content).hexdigest()[:16]}/{name}"
