"""Sessions: a browser's cookie in the place of a key, as long as the key is good and the server runs."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

COOKIE = "eudaimon_session"
CSRF_HEADER = "X-Eudaimon-CSRF"
HOURS = 12
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has shown a key.

    Attributes:
        token: the cookie's value.
        key: the id of the key; empty where none is asked for.
        person: who came in, where the key does not say.
        csrf: what a request that changes something must show besides the cookie, which browsers send by themselves.
        until: when it ends, in seconds since 1970.
    """

    token: str
    key: str
    csrf: str
    until: float
    person: str = ""


class Sessions:
    """All sessions of this process, in memory alone."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, key: str, person: str = "") -> Session:
        """A new session for the holder of the key of this id, who says to be `person`."""
        session = Session(secrets.token_urlsafe(32), key, secrets.token_urlsafe(32), time.time() + HOURS * 3600, person)
        self._open[session.token] = session
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        return session

    def find(self, token: str) -> Session | None:
        """The session of this cookie; None where there is none, or it has ended."""
        session = self._open.get(token)
        if session is not None and session.until < time.time():
            self.end(token)
            return None
        return session

    def end(self, token: str) -> None:
        """Forget the session of this cookie."""
        self._open.pop(token, None)
