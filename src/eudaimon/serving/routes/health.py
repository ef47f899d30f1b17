"""`/healthz` and `/metrics`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from eudaimon.serving.guest import Guest, guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.refusal import REFUSALS

router = APIRouter(responses=REFUSALS)


class Health(BaseModel):
    """How the door is: `closing` lets nobody in; `unkept` has conversations that the store does not take."""

    status: Literal["ok", "closing", "unkept"]


@router.get("/healthz", response_model=Health, responses={503: {"model": Health}})
async def health(request: Request) -> Response:
    """Whether requests are answered, for whoever keeps the process running. Needs no key, and tells nothing else."""
    house: House = request.app.state.house
    status = "closing" if house.gate.closing else "unkept" if house.keeper.fault else "ok"
    return JSONResponse({"status": status}, 200 if status == "ok" else 503)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request, _: Annotated[Guest, Depends(guest)]) -> Response:
    """Figures for Prometheus; it can show a key as a bearer's token."""
    house: House = request.app.state.house
    return Response(house.metrics.page(), media_type="text/plain; version=1.0.0; charset=utf-8")
