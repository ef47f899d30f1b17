"""One key: `eu-ID-SECRET`. The id finds its record; of the secret only a scrypt hash is kept (RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

PREFIX = "eu"
COST, BLOCK, PARALLEL = 2**14, 8, 1
"""scrypt's N, r and p: 16 MiB and about 50 ms a try, as its author advises for what is asked interactively."""


@dataclass(frozen=True, slots=True)
class Scope:
    """As whom a key lets its holder in.

    Attributes:
        person: the only person that it speaks for; empty: any person of `community`, named with each request.
        community: the only community; empty for a person who belongs to none.
        learns: whether nights may learn from what is said with it. Otherwise it stays with its person.
        steward: whether its holder may let another persona speak.
    """

    person: str = ""
    community: str = ""
    learns: bool = False
    steward: bool = False

    def __post_init__(self) -> None:
        if not self.person and not self.community:
            raise ValueError("a key belongs to a person or to a community; name one of them")


@dataclass(frozen=True, slots=True)
class Key:
    """What is stored of a key.

    Attributes:
        id: by which it is found, listed and revoked.
        scope: as whom it lets its holder in.
        salt, digest: of its secret (hex).
        made: when, in seconds since 1970.
        revoked: when it was; 0 while it is not.
    """

    id: str
    scope: Scope
    salt: str
    digest: str
    made: float
    revoked: float = 0.0

    def fits(self, secret: str) -> bool:
        """Whether `secret` is this key's. Takes about 50 ms, whatever the answer."""
        return hmac.compare_digest(hashed(secret, self.salt), self.digest)


def mint(scope: Scope, now: float) -> tuple[str, Key]:
    """A new key: the text to hand over, which is not to be had again, and what is stored of it."""
    name, secret, salt = secrets.token_hex(4), secrets.token_urlsafe(32), secrets.token_hex(16)
    return f"{PREFIX}-{name}-{secret}", Key(name, scope, salt, hashed(secret, salt), now)


def parted(text: str) -> tuple[str, str] | None:
    """Id and secret of a key's text; None where it is none."""
    prefix, _, rest = text.partition("-")
    name, _, secret = rest.partition("-")
    return (name, secret) if prefix == PREFIX and name and secret else None


def hashed(secret: str, salt: str) -> str:
    """The scrypt hash (hex, 32 bytes) of a secret."""
    raw = hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=COST, r=BLOCK, p=PARALLEL, dklen=32)
    return raw.hex()
