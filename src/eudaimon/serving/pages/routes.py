"""What every page's route shares: headers on whatever is answered, and what goes wrong told as a page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from eudaimon.errors import EudaimonError
from eudaimon.serving.pages.drawing import HEADERS, draw
from eudaimon.serving.pages.visitor import visitor_of
from eudaimon.serving.protocol.refusal import Refusal, misread, refusal_of

TITLES = {403: "Not this way", 404: "There is no such page", 503: "Not just now"}


class PageRoute(APIRoute):
    """A page's route."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See `APIRoute`: the same handler, whose trouble is a page and whose every answer has HEADERS."""
        handle = super().get_route_handler()

        async def safe(request: Request) -> Response:
            try:
                response = await handle(request)
            except (HTTPException, RequestValidationError, Refusal, EudaimonError) as error:
                response = _trouble(error, request)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return safe


def page_router() -> APIRouter:
    """A router of pages; they are no part of the interface that programs use."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def see(path: str) -> RedirectResponse:
    """After something was done: look there."""
    return RedirectResponse(path, 303)


def _trouble(error: Exception, request: Request) -> Response:
    if isinstance(error, HTTPException) and error.headers and "Location" in error.headers:
        return Response(status_code=error.status_code, headers=dict(error.headers))
    if isinstance(error, HTTPException):
        told = Refusal(error.status_code, "http_error", str(error.detail))
    elif isinstance(error, RequestValidationError):
        told = misread(error)
    else:
        told = refusal_of(error)
    message = f"{told.message[:1].upper()}{told.message[1:].rstrip('.')}."
    title = TITLES.get(told.status, "That did not work")
    return draw("trouble", visitor_of(request), status=told.status, title=title, message=message)
