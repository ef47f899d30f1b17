"""The application's OpenAPI document, made true of this house: what it cannot do is not in it, its limits are."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from eudaimon.serving.house import House

REQUESTS = ("ChatRequest", "CompletionRequest")
OPEN = ("/healthz",)
"""Paths that need no key."""


def described(app: FastAPI, house: House) -> dict[str, Any]:
    """The document, version 3.1."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, routes=app.routes)
        limits, can = house.settings.limits, house.life.model.capabilities
        for name in REQUESTS:
            fields = told["components"]["schemas"][name]["properties"]
            fields["model"]["enum"] = [house.name]
            _most(fields, {"n": limits.choices, "max_tokens": limits.tokens, "max_completion_tokens": limits.tokens})
            _drop(fields, () if can.gradients or can.remote else ("logprobs", "top_logprobs"))
            _drop(fields, () if can.remote else ("tools", "tool_choice", "parallel_tool_calls"))
        if not can.remote:
            messages = told["components"]["schemas"]
            messages["Replied"]["properties"].pop("tool_calls", None)
            _union(messages["ChatRequest"]["properties"]["messages"]["items"], without="Answered")
        told["components"]["schemas"]["Wish"]["properties"]["pool"]["anyOf"][0] = {"enum": list(house.pools)}
        _secure(told, house)
        app.openapi_schema = told
    return app.openapi_schema


def _most(fields: dict[str, Any], most: dict[str, int]) -> None:
    for name, number in most.items():
        for kind in fields.get(name, {}).get("anyOf", ()):
            if kind.get("type") == "integer":
                kind["maximum"] = number


def _drop(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        fields.pop(name, None)


def _union(kinds: dict[str, Any], without: str) -> None:
    kinds["oneOf"] = [kind for kind in kinds["oneOf"] if not kind["$ref"].endswith(f"/{without}")]
    mapping = kinds["discriminator"]["mapping"]
    kinds["discriminator"]["mapping"] = {name: of for name, of in mapping.items() if not of.endswith(f"/{without}")}


def _secure(told: dict[str, Any], house: House) -> None:
    if house.settings.insecure:
        return
    told["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, methods in told["paths"].items():
        for method in methods.values():
            method["security"] = [] if path in OPEN else [{"key": []}]
