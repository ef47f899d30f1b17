"""Who looks at a page: a browser that has shown a key, and for whom it speaks."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form, Request
from starlette.exceptions import HTTPException

from eudaimon.memory import Owner
from eudaimon.serving.guest import Guest, browser
from eudaimon.serving.house import House
from eudaimon.serving.protocol.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came in.

    Attributes:
        guest: as the door knows them.
        owner: for whom they speak; nobody else's conversations are ever shown to them.
        csrf: what their forms carry.
        steward: whether they may let another persona speak.
    """

    guest: Guest
    owner: Owner
    csrf: str
    steward: bool

    @property
    def name(self) -> str:
        """What they are called."""
        return called(self.owner)


def called(owner: Owner) -> str:
    """A person's name, as others read it."""
    return f"{owner.person} of {owner.community}" if owner.community else owner.person


async def house_of(request: Request) -> House:
    """The open house. A dependency."""
    house: House = request.app.state.house
    return house


async def visiting(request: Request) -> Visitor:
    """Who looks at the page; whoever has not come in is sent to the entrance. A dependency."""
    visitor = visitor_of(request)
    if visitor is None:
        back = quote(request.url.path if request.method == "GET" else "/", safe="/")
        raise HTTPException(303, "come in first", {"Location": f"/login?next={back}"})
    return visitor


def visitor_of(request: Request) -> Visitor | None:
    """Who looks at the page; None where they have not come in."""
    guest = browser(request)
    if guest is None or guest.session is None:
        return None
    steward = guest.scope is None or guest.scope.steward
    return Visitor(guest, guest.owner(), guest.session.csrf, steward)


async def acting(visitor: Annotated[Visitor, Depends(visiting)], csrf: Annotated[str, Form()] = "") -> Visitor:
    """Who changes something: by a form of their own session, which other sites cannot know. A dependency.

    Raises:
        Refusal: 403 where the form is another session's, or no form of these pages at all.
    """
    if not hmac.compare_digest(csrf.encode(), visitor.csrf.encode()):
        raise Refusal(403, "csrf", "this form belongs to another session, or to no page of this house; open it anew")
    return visitor


HouseOf = Annotated[House, Depends(house_of)]
Visiting = Annotated[Visitor, Depends(visiting)]
Acting = Annotated[Visitor, Depends(acting)]
