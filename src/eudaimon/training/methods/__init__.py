"""Post-training methods as functions of arrays: what trainers, worlds and tests share. Imports torch."""

from eudaimon.training.methods.goodenough import bounded, saturated, shortfall
from eudaimon.training.methods.homeostat import Homeostat
from eudaimon.training.methods.online import group_relative, k3, leave_one_out, penalised, reinforce
from eudaimon.training.methods.policies import LanguagePolicy, Policy, TabularPolicy, fit
from eudaimon.training.methods.population import expected, gaps, sampled
from eudaimon.training.methods.preferences import bradley_terry, ipo, modpo, robust
from eudaimon.training.methods.prices import Prices
from eudaimon.training.methods.setpoints import SetPoint
from eudaimon.training.methods.weighting import conditioned, simplex, soup

__all__ = [
    "Homeostat",
    "LanguagePolicy",
    "Policy",
    "Prices",
    "SetPoint",
    "TabularPolicy",
    "bounded",
    "bradley_terry",
    "conditioned",
    "expected",
    "fit",
    "gaps",
    "group_relative",
    "ipo",
    "k3",
    "leave_one_out",
    "modpo",
    "penalised",
    "reinforce",
    "robust",
    "sampled",
    "saturated",
    "shortfall",
    "simplex",
    "soup",
]
