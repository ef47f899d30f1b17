"""Community packs: a charter's fork and a corpus, as prompt, passages and adapter, with a certificate."""

from eudaimon.governance.packs.adapter import lora, worn
from eudaimon.governance.packs.belonging import Custom, endorsed
from eudaimon.governance.packs.certificate import MOST_LEAKAGE, Certificate, certify, check_certificate
from eudaimon.governance.packs.leakage import leakage
from eudaimon.governance.packs.pack import Pack, Train, make_pack, read_pack
from eudaimon.governance.packs.reach import Reach
from eudaimon.governance.packs.retrieval import Shelf
from eudaimon.governance.packs.speaking import Gated

__all__ = [
    "MOST_LEAKAGE",
    "Certificate",
    "Custom",
    "Gated",
    "Pack",
    "Reach",
    "Shelf",
    "Train",
    "certify",
    "check_certificate",
    "endorsed",
    "leakage",
    "lora",
    "make_pack",
    "read_pack",
    "worn",
]
