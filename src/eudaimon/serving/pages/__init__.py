"""The pages: where people see the persona think, and author what it is asked.

Drawn on the server from stored rows, with a little script that is served as a file; nothing is fetched from elsewhere.
Every page works without script, except that a ballot's vote has to be signed in the browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

__all__ = ["router"]


def router() -> APIRouter:
    """All pages, to be included in an application whose `state.house` is an open `House`."""
    from fastapi import APIRouter

    from eudaimon.serving.pages import ballots, charters, council, entrance, files, nights, people, power, talk, voices

    everything = APIRouter()
    for page in (files, entrance, talk, nights, council, people, charters, voices, ballots, power):
        everything.include_router(page.router)
    return everything
