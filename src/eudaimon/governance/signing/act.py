"""An act: what somebody does in public, signed by them and by those whose approval it needs.

A signature binds the act to one ledger and carries a number used once, so that neither an act nor an approval can be
played again, there or elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from eudaimon.dialogue import digest
from eudaimon.errors import FormatError
from eudaimon.governance.signing.keys import Key, canonical, verifies


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody else's signature under an act.

    Attributes:
        by: their public key.
        signature: hex.
    """

    by: str
    signature: str


@dataclass(frozen=True)
class Act:
    """Something done.

    Attributes:
        kind: what sort of act (see `kernel.bodies`).
        body: what it says, as JSON values.
        by: public key of whoever does it.
        ledger: id of the ledger that it is for; empty for the act that founds one.
        nonce: a number used once.
        signature: by `by`, hex.
        approvals: of others.
    """

    kind: str
    body: Mapping[str, Any]
    by: str
    ledger: str
    nonce: str
    signature: str = ""
    approvals: tuple[Approval, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of what is signed."""
        return digest([self.ledger, self.kind, self.body, self.by, self.nonce])

    @property
    def is_genuine(self) -> bool:
        """Whether it is signed by whom it names."""
        return verifies(self.by, self.signature, "act", self.digest)

    @cached_property
    def signers(self) -> frozenset[str]:
        """The keys that truly signed it, its author's included. A signature that is none counts for nothing."""
        author = [self.by] if self.is_genuine else []
        return frozenset(
            [*author, *(one.by for one in self.approvals if verifies(one.by, one.signature, "approve", self.digest))]
        )

    def approved(self, key: Key) -> Act:
        """The act with one more approval."""
        others = tuple(one for one in self.approvals if one.by != key.public)
        return replace(self, approvals=(*others, Approval(key.public, key.sign("approve", self.digest))))

    def as_json(self) -> dict[str, Any]:
        """It as JSON values."""
        return {
            "kind": self.kind,
            "body": dict(self.body),
            "by": self.by,
            "ledger": self.ledger,
            "nonce": self.nonce,
            "signature": self.signature,
            "approvals": [{"by": one.by, "signature": one.signature} for one in self.approvals],
        }


def propose(key: Key, kind: str, body: Mapping[str, Any], ledger: str = "", nonce: str = "") -> Act:
    """An act, signed by its author; `nonce` is drawn unless it is given."""
    canonical(body)
    bare = Act(kind, body, key.public, ledger, nonce or secrets.token_hex(12))
    return replace(bare, signature=key.sign("act", bare.digest))


def read_act(value: Any) -> Act:
    """The act in JSON values; whether its signatures are true is another question (see `Act.signers`).

    Raises:
        FormatError: a field is missing or of another type.
    """
    try:
        texts = [value[name] for name in ("kind", "by", "ledger", "nonce", "signature")]
        approvals = tuple(Approval(one["by"], one["signature"]) for one in value["approvals"])
        texts += [text for one in approvals for text in (one.by, one.signature)]
        body, extra = value["body"], set(value) - {"kind", "body", "by", "ledger", "nonce", "signature", "approvals"}
        if extra or not isinstance(body, dict) or not all(isinstance(text, str) for text in texts):
            raise TypeError(f"unknown or wrong: {', '.join(sorted(extra)) or 'a field'}")
    except (KeyError, TypeError) as wrong:
        raise FormatError(f"expected an act with kind, body, by, ledger, nonce and signatures, but {wrong!r}") from None
    kind, by, ledger, nonce, signature = texts[:5]
    return Act(kind, body, by, ledger, nonce, signature, approvals)
