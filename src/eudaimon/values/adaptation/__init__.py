"""Adaptation: weights that follow what a place minds, within floors; proposals, and amendments held to old cases."""

from eudaimon.values.adaptation.amending import Amendment, Dilemma, amend, dilemmas_of
from eudaimon.values.adaptation.proposing import Proposal, propose, read_dilemmas
from eudaimon.values.adaptation.weighing import Weights, hedge_bound, share_bound, tuned

__all__ = [
    "Amendment",
    "Dilemma",
    "Proposal",
    "Weights",
    "amend",
    "dilemmas_of",
    "hedge_bound",
    "propose",
    "read_dilemmas",
    "share_bound",
    "tuned",
]
