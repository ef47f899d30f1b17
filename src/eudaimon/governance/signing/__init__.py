"""Who says what: Ed25519 keys, and acts that carry their signatures."""

from eudaimon.governance.signing.act import Act, Approval, propose, read_act
from eudaimon.governance.signing.keys import Key, canonical, is_key, verifies

__all__ = ["Act", "Approval", "Key", "canonical", "is_key", "propose", "read_act", "verifies"]
