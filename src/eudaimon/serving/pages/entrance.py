"""Coming in with a key, and leaving."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from eudaimon.serving.guest import admitted
from eudaimon.serving.keys.sessions import COOKIE
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router, see
from eudaimon.serving.pages.visitor import Acting, HouseOf
from eudaimon.serving.protocol.refusal import Refusal

router = page_router()


@router.get("/login")
async def entrance(house: HouseOf, next: str = "/") -> Response:
    """The form."""
    return _form(house.settings.insecure, next)


@router.post("/login")
async def come_in(
    request: Request,
    house: HouseOf,
    key: Annotated[str, Form()] = "",
    person: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """A session for who shows a good key.

    Raises:
        Refusal: 403 where another site sent the form, which could let somebody speak under a name that is not theirs.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Refusal(403, "cross_site", "another site sent this form; come in by the page of this house itself")
    insecure, person = house.settings.insecure, person.strip()
    known = await admitted(house, key.strip()) if key.strip() else None
    wrong = ""
    if known is None and not insecure:
        wrong = "This key lets nobody in: it is unknown or revoked. Ask whoever runs this house for one."
    elif known is not None and not known.scope.person and not person:
        wrong = f"This is a key of the community {known.scope.community}: say who you are, too."
    elif known is None and not person:
        wrong = "Say who you are."
    elif known is not None and known.scope.person and person not in ("", known.scope.person):
        wrong = f"This key is not {person}'s. Leave the name out, or use a key of theirs."
    if wrong:
        return _form(insecure, next, person, wrong, 401)
    session = house.sessions.begin(known.id if known else "", person)
    response = see(_inside(next))
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, session.token, httponly=True, samesite="strict", secure=secure)
    return response


@router.post("/logout")
async def leave(house: HouseOf, visitor: Acting) -> Response:
    """End the session."""
    if visitor.guest.session:
        house.sessions.end(visitor.guest.session.token)
    response = see("/login")
    response.delete_cookie(COOKIE)
    return response


def _form(insecure: bool, next: str, person: str = "", wrong: str = "", status: int = 200) -> Response:
    shown = {"insecure": insecure, "next": _inside(next), "person": person, "wrong": wrong}
    return draw("login", None, status=status, **shown)


def _inside(path: str) -> str:
    """`path` where it is a page of this house, so that nobody is sent elsewhere; else the first page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
