"""Who is at the door: found by a key, or by a browser's session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from fastapi import Request

from eudaimon.memory import Owner
from eudaimon.serving.house import House
from eudaimon.serving.keys import Key, Scope, Session
from eudaimon.serving.keys.sessions import COOKIE, CSRF_HEADER
from eudaimon.serving.protocol.refusal import Refusal

PERSON, COMMUNITY, POOL = "X-Eudaimon-Person", "X-Eudaimon-Community", "X-Eudaimon-Pool"
SAFE = ("GET", "HEAD", "OPTIONS")
ANYBODY = "anybody"
"""Who speaks where no key is asked for and nobody says who they are."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was let in.

    Attributes:
        key: the id of their key; empty where none was asked for.
        scope: as whom the key lets them in; None where none was asked for.
        session: their browser's, where they came with its cookie.
        person, community, pool: as the request's headers (or the session) name them; empty where they do not.
    """

    key: str = ""
    scope: Scope | None = None
    session: Session | None = None
    person: str = ""
    community: str = ""
    pool: str = ""

    @property
    def learns(self) -> bool:
        """Whether nights may learn from what they say."""
        return self.scope is not None and self.scope.learns

    def owner(self, person: str | None = None, community: str | None = None) -> Owner:
        """For whom they speak, where the request itself names `person` and `community`, or not.

        Raises:
            Refusal: 400 where header and request differ or nobody is named, 403 where the key is not for them.
        """
        person = _one(self.person, person or "", "person")
        community = _one(self.community, community or "", "community")
        if self.scope is None:
            return Owner(person or ANYBODY, community)
        if community and community != self.scope.community:
            raise Refusal(403, "not_your_community", f"this key is not for the community '{community}'")
        if self.scope.person and person and person != self.scope.person:
            raise Refusal(403, "not_your_person", f"this key is not for the person '{person}'")
        who = self.scope.person or person
        if not who:
            message = f"this key is the community's '{self.scope.community}': say which person speaks ({PERSON})"
            raise Refusal(400, "nobody_named", message, "eudaimon.person")
        return Owner(who, self.scope.community)


async def guest(request: Request) -> Guest:
    """Who asks: by `Authorization: Bearer KEY`, or by a session's cookie, which is enough to read and needs the
    session's CSRF header to change something. A dependency.

    Raises:
        Refusal: 401 where neither is shown or good, 403 where the CSRF header is missing or wrong.
    """
    house: House = request.app.state.house
    person, community, pool = (request.headers.get(name, "") for name in (PERSON, COMMUNITY, POOL))
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and text.strip():
        key = await admitted(house, text.strip())
        if key is not None:
            return Guest(key.id, key.scope, None, person, community, pool)
        if not house.settings.insecure:
            raise Refusal(401, "bad_key", "this key is unknown or revoked; get one by `eudaimon keys create`")
    if (known := browser(request)) is not None:
        shown = request.headers.get(CSRF_HEADER, "")
        if request.method not in SAFE and (known.session is None or shown != known.session.csrf):
            raise Refusal(403, "csrf", f"with a cookie alone nothing is changed; send the session's {CSRF_HEADER} too")
        return replace(known, person=person or known.person, community=community, pool=pool)
    if house.settings.insecure:
        return Guest(person=person, community=community, pool=pool)
    message = "no key, no answer: send `Authorization: Bearer KEY`, with a key made by `eudaimon keys create`"
    raise Refusal(401, "no_key", message, headers={"WWW-Authenticate": "Bearer"})


def browser(request: Request) -> Guest | None:
    """Who looks at a page, by the session's cookie alone; None where there is none. Whoever lets such a guest change
    something compares `session.csrf` with what the form sends."""
    house: House = request.app.state.house
    session = house.sessions.find(request.cookies.get(COOKIE, ""))
    if session is None:
        return None
    if not session.key and house.settings.insecure:
        return Guest(session=session, person=session.person)
    key = house.keys.good(session.key)
    return None if key is None else Guest(key.id, key.scope, session, session.person)


async def admitted(house: House, text: str) -> Key | None:
    """The key whose text this is; None where it lets nobody in. The costly comparison is done beside the loop."""
    return house.keys.known(text) or await asyncio.to_thread(house.keys.admit, text)


def _one(header: str, field: str, name: str) -> str:
    if header and field and header != field:
        message = f"the header names the {name} '{header}' and the request '{field}'; name one"
        raise Refusal(400, "two_names", message, f"eudaimon.{name}")
    return header or field
