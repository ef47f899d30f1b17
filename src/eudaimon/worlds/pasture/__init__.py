"""A pasture that several herders share, each of whom gains by taking more than their share."""

from eudaimon.worlds.pasture.herders import Herders, learn
from eudaimon.worlds.pasture.pasture import ACTS, SEASONS, SHARES, UNITS, Nature, Rules, Season, draw_nature, play
from eudaimon.worlds.pasture.watch import Bans

__all__ = [
    "ACTS",
    "SEASONS",
    "SHARES",
    "UNITS",
    "Bans",
    "Herders",
    "Nature",
    "Rules",
    "Season",
    "draw_nature",
    "learn",
    "play",
]
