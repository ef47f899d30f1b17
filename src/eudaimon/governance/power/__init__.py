"""Power: who can force or stop what, by the demands that the kernel enforces."""

from eudaimon.governance.power.attack import Attack, cheapest_attack
from eudaimon.governance.power.audit import MOST_POWER, SUBJECTS, Line, audit, monoculture
from eudaimon.governance.power.game import Game, game_of
from eudaimon.governance.power.picture import draw_power
from eudaimon.governance.power.principles import Principle, principles

__all__ = [
    "MOST_POWER",
    "SUBJECTS",
    "Attack",
    "Game",
    "Line",
    "Principle",
    "audit",
    "cheapest_attack",
    "draw_power",
    "game_of",
    "monoculture",
    "principles",
]
