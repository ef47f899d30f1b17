"""Worlds in which more is not better: levels that have to be kept, and stocks that have to grow together."""

from eudaimon.worlds.homeostasis.body import Body, draw_body, published
from eudaimon.worlds.homeostasis.harvest import Harvest

__all__ = ["Body", "Harvest", "draw_body", "published"]
"""`published` is the two-objective world of BioBlue, `draw_body` others of its kind."""
