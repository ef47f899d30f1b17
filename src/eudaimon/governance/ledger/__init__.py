"""The hash-chained ledger of every act, its signed heads, and the kernel in the state that it leads to."""

from eudaimon.governance.ledger.following import Following
from eudaimon.governance.ledger.head import Head, contradictions, head_line, read_heads, sign_head
from eudaimon.governance.ledger.ledger import Ledger, read_rows, replay, utc_now
from eudaimon.governance.ledger.row import START, Row, next_row, read_row

__all__ = [
    "START",
    "Following",
    "Head",
    "Ledger",
    "Row",
    "contradictions",
    "head_line",
    "next_row",
    "read_heads",
    "read_row",
    "read_rows",
    "replay",
    "sign_head",
    "utc_now",
]
