"""Drawing a page: a template, what all pages share, and headers that let nothing else in."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment

from eudaimon.report.drawing import environment, writable
from eudaimon.serving.pages.assets import asset
from eudaimon.serving.pages.visitor import Visitor

PLACES = {
    "Talk": "/",
    "Nights": "/nights",
    "Council": "/council",
    "People": "/people",
    "Charter": "/charter",
    "Voices": "/voices",
    "Ballot": "/ballot",
    "Power": "/power",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No script, style or picture but the server's own files: none inside a page, none from elsewhere."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PRIVATE = {"Cache-Control": "no-store"}
"""What is one person's stays in nobody's cache."""


def draw(name: str, visitor: Visitor | None, here: str = "", /, status: int = 200, **shown: Any) -> HTMLResponse:
    """The page of the template `name`.

    Args:
        name: without its ending.
        visitor: who looks at it; None for who has not come in.
        here: which of `PLACES` it is.
        status: of HTTP.
        shown: what the template asks for besides; `wrong` is what went wrong, in words.
    """
    shared = {"visitor": visitor, "here": here, "places": list(PLACES.items()), "wrong": "", "done": ""}
    page = _environment().get_template(f"{name}.html").render({**shared, **shown})
    return HTMLResponse(writable(page), status, PRIVATE)


@cache
def _environment() -> Environment:
    here = environment("eudaimon.serving.pages")
    here.globals["asset"] = asset
    return here
