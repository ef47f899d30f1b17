"""Adaptation: weights that follow what a place minds, within floors, and amendments that are held to old cases."""

from eudaimon.values.adaptation.amending import Amendment, Dilemma, amend, dilemmas_of
from eudaimon.values.adaptation.weighing import Weights, hedge_bound, share_bound, tuned

__all__ = ["Amendment", "Dilemma", "Weights", "amend", "dilemmas_of", "hedge_bound", "share_bound", "tuned"]
