"""A generated village, its visible half: people who ask, notes to read, and a grammar that is written and parsed.

The hidden half (needs, approval, what is true where notes are stale) lives in `eudaimon.gold`.
"""

from eudaimon.worlds.village.acts import Act, parse, write
from eudaimon.worlds.village.facts import Fact, Notes
from eudaimon.worlds.village.situation import Situation
from eudaimon.worlds.village.split import Split, require, split_of
from eudaimon.worlds.village.village import KINDS, Village, Villager, Visit, answer, recall, scripted

__all__ = [
    "KINDS",
    "Act",
    "Fact",
    "Notes",
    "Situation",
    "Split",
    "Village",
    "Villager",
    "Visit",
    "answer",
    "parse",
    "recall",
    "require",
    "scripted",
    "split_of",
    "write",
]
