"""A request that is not answered, in the shape of OpenAI's errors: what, by which rule, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from eudaimon.errors import ActRefused, EndpointError, EudaimonError, InputError, ModelError, StoreError

KINDS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
         413: "invalid_request_error", 429: "rate_limit_error"}  # fmt: skip
CODES = {404: "unknown_path", 405: "unknown_method", 413: "too_large"}


class Fault(BaseModel):
    """What is wrong."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class Refused(BaseModel):
    """The body of every answer that is not 200."""

    error: Fault


class Refusal(Exception):
    """Raised anywhere below a route; answered as JSON, or in a stream as its last event.

    Args:
        status: of HTTP.
        code: a word for programs.
        message: the thing, the rule and the remedy.
        param: the field of the request that is meant.
        headers: sent with it.
    """

    def __init__(
        self, status: int, code: str, message: str, param: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """As JSON values."""
        kind = KINDS.get(self.status, "server_error")
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


class Gone(Exception):
    """The client has closed the connection; nobody hears what is answered."""


def refusal_of(error: Exception) -> Refusal:
    """The refusal that tells of `error`. What nobody foresaw is named, and no more: its text may hold what is not for
    this client."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Gone):
        return Refusal(499, "client_gone", "the client closed the connection")
    if isinstance(error, EndpointError):
        return Refusal(502, "upstream_failed", str(error))
    if isinstance(error, StoreError):
        return Refusal(503, "not_stored", f"the answer is not stored: {error}", headers={"Retry-After": "5"})
    if isinstance(error, ActRefused):
        return Refusal(403, "not_allowed", str(error))
    if isinstance(error, InputError | ModelError):
        return Refusal(400, "cannot_be_answered", str(error))
    if isinstance(error, EudaimonError):
        return Refusal(500, type(error).__name__, str(error))
    return Refusal(500, "internal_error", f"{type(error).__name__}: this is a fault of the server's; see its log")


def misread(error: RequestValidationError) -> Refusal:
    """The refusal of a request that is not in order; names the first field that is not."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    if first["type"] == "extra_forbidden":
        message = f"'{field}' is not known here, so it cannot be honoured; leave it out"
        return Refusal(400, "unsupported_parameter", message, field)
    return Refusal(400, "invalid_request", f"{field}: {first['msg']}", field)


async def answer(request: Request, error: Exception) -> JSONResponse:
    """The exception handler of the application."""
    if isinstance(error, RequestValidationError):
        told = misread(error)
    elif isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "http_error")
        told = Refusal(error.status_code, code, str(error.detail), headers=error.headers)
    else:
        told = refusal_of(error)
    return JSONResponse(told.body, told.status, told.headers)


REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": Refused} for status in (400, 401, 403, 404, 413, 429, 500, 502, 503, 504)
}
"""What every route may answer besides 200, for its OpenAPI document."""
