"""`/v1/models`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from eudaimon.serving.guest import Guest, guest
from eudaimon.serving.protocol.refusal import REFUSALS, Refusal

router = APIRouter(responses=REFUSALS)


class ModelCard(BaseModel):
    """A model that can be asked; `eudaimon` says what stands behind it."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "eudaimon"
    eudaimon: dict[str, Any]


class ModelList(BaseModel):
    """All models."""

    object: Literal["list"] = "list"
    data: list[ModelCard]


@router.get("/v1/models")
async def models(request: Request, _: Annotated[Guest, Depends(guest)]) -> ModelList:
    """The models that can be asked: the persona of this life."""
    return ModelList(data=[await _card(request)])


@router.get("/v1/models/{name}")
async def model(name: str, request: Request, _: Annotated[Guest, Depends(guest)]) -> ModelCard:
    """One of them."""
    card = await _card(request)
    if name != card.id:
        message = f"there is no model '{name}' here; /v1/models lists those that there are"
        raise Refusal(404, "model_not_found", message, "model")
    return card


async def _card(request: Request) -> ModelCard:
    house = request.app.state.house
    _, persona = await house.look()
    told = {
        "persona": persona,
        "model": house.life.model.name,
        "tier": house.life.model.capabilities.tier,
        "pool": house.life.manner.pool,
        "pools": list(house.pools),
    }
    return ModelCard(id=house.name, created=int(house.began), eudaimon=told)
