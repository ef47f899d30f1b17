"""The application: routes and pages over one house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from eudaimon import __version__
from eudaimon.errors import EudaimonError
from eudaimon.serving.counting import Counting
from eudaimon.serving.described import described
from eudaimon.serving.house import House
from eudaimon.serving.protocol.refusal import Gone, Refusal, answer
from eudaimon.serving.routes import chat, completions, health, models

PAGES = "eudaimon.serving.pages"


def create_app(house: House) -> FastAPI:
    """The application over `house`, which it closes when it is shut down."""

    @asynccontextmanager
    async def opened(_: FastAPI) -> AsyncIterator[None]:
        async with house:
            yield

    app = FastAPI(
        title="eudaimon",
        version=__version__,
        lifespan=opened,
        docs_url=None,
        redoc_url=None,
        max_body_size=house.settings.limits.body,
    )
    app.state.house = house
    app.add_middleware(Counting, metrics=house.metrics)
    for kind in (Refusal, RequestValidationError, HTTPException, EudaimonError, Gone, Exception):
        app.add_exception_handler(kind, answer)
    for room in (health, models, chat, completions):
        app.include_router(room.router)
    if find_spec(PAGES) is not None:
        app.include_router(import_module(PAGES).router())
    app.openapi = lambda: described(app, house)  # type: ignore[method-assign]
    return app
