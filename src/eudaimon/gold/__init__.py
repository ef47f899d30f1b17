"""The hidden half of the worlds: needs, approval's prior, and what a conversation was truly worth.

Nothing that trains may import this room (import-linter holds it), and what it writes goes to files of its own, which
the night's process never opens.
"""

from eudaimon.gold.book import Entry, mean_gold, needs_after, read_day, value, write_day
from eudaimon.gold.prior import FAMILIES, NEEDS, Concern, Coupling, Family
from eudaimon.gold.score import Hidden, Worth, replies_of

__all__ = [
    "FAMILIES",
    "NEEDS",
    "Concern",
    "Coupling",
    "Entry",
    "Family",
    "Hidden",
    "Worth",
    "mean_gold",
    "needs_after",
    "read_day",
    "replies_of",
    "value",
    "write_day",
]
