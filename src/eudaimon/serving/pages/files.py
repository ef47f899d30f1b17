"""Serves the pages' files."""

from __future__ import annotations

from fastapi import Response
from starlette.exceptions import HTTPException

from eudaimon.serving.pages.assets import assets
from eudaimon.serving.pages.routes import page_router

router = page_router()


@router.get("/static/{digest}/{name}")
def serve(digest: str, name: str) -> Response:
    """One of them; browsers may keep it for good, since another content has another path."""
    held = assets().get(name)
    if held is None or held.path != f"/static/{digest}/{name}":
        raise HTTPException(404, f"there is no file {name} of this content")
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(held.content, media_type=f"{held.kind}; charset=utf-8", headers=kept)
