"""A certificate of conformance: what was checked of a pack, against which commons, signed by who checked it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eudaimon.dialogue import digest
from eudaimon.errors import GovernanceError, SignatureRefused
from eudaimon.governance.kernel import floors_lost
from eudaimon.governance.packs.leakage import leakage
from eudaimon.governance.packs.pack import Pack
from eudaimon.governance.signing import Key, verifies

MOST_LEAKAGE = 0.02
"""Of a pack's passages, at most this share may be another community's."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What somebody checked and signs for.

    Attributes:
        pack: digest of the pack.
        commons: digest of the commons' charter whose floors it keeps.
        leakage: share of its passages that are another's, by community.
        by, signature: who says so.
    """

    pack: str
    commons: str
    leakage: Mapping[str, float]
    by: str
    signature: str

    @property
    def content(self) -> dict[str, Any]:
        """What is signed."""
        return {name: value for name, value in asdict(self).items() if name not in ("by", "signature")}


def certify(pack: Pack, commons: str, others: Sequence[Pack], key: Key) -> Certificate:
    """Checks a pack, and signs for it.

    Args:
        pack: which.
        commons: text of the commons' charter.
        others: packs of other communities that it must not leak from.
        key: of who checks.

    Raises:
        GovernanceError: it lost a floor, or leaks more than is allowed.
    """
    if lost := floors_lost(commons, pack.charter):
        raise GovernanceError(f"the pack of '{pack.community}' lost the floor {', '.join(lost)}; it does not conform")
    shares = {other.community: leakage(pack.shelf.passages, other.shelf.passages) for other in others}
    for other, share in shares.items():
        if share > MOST_LEAKAGE:
            raise GovernanceError(
                f"{share:.1%} of the passages of '{pack.community}' are those of '{other}', more than "
                f"{MOST_LEAKAGE:.0%}; take them out"
            )
    bare = Certificate(pack.digest, digest(commons), shares, key.public, "")
    return Certificate(bare.pack, bare.commons, shares, key.public, key.sign("certificate", bare.content))


def check_certificate(certificate: Certificate, pack: Pack, commons: str, trusted: frozenset[str]) -> None:
    """See to it that a certificate is for this pack and this commons, and signed by somebody who is trusted.

    Raises:
        SignatureRefused: it is not.
    """
    genuine = verifies(certificate.by, certificate.signature, "certificate", certificate.content)
    if not genuine or certificate.by not in trusted:
        raise SignatureRefused(f"the certificate is not signed by anybody trusted ({certificate.by[:16]}); ask for one")
    if (certificate.pack, certificate.commons) != (pack.digest, digest(commons)):
        raise SignatureRefused(f"the certificate is for another pack or commons than '{pack.community}'; ask for one")
