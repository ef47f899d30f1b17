"""Worlds small enough to enumerate, so that what training should find can be computed instead of guessed."""

from eudaimon.worlds.exact.drawing import Recipe, draw
from eudaimon.worlds.exact.errors import ErrorLaw
from eudaimon.worlds.exact.featured import FeaturedWorld, Featuring, draw_featured
from eudaimon.worlds.exact.pairs import Pairs, preference
from eudaimon.worlds.exact.wording import Wording
from eudaimon.worlds.exact.world import LARGEST, ExactWorld

__all__ = [
    "LARGEST",
    "ErrorLaw",
    "ExactWorld",
    "FeaturedWorld",
    "Featuring",
    "Pairs",
    "Recipe",
    "Wording",
    "draw",
    "draw_featured",
    "preference",
]
