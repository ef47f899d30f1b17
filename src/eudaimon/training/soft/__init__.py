"""Choosing softly among candidates by measures that err: rules, what data tell of the error, and which rule to take."""

from eudaimon.training.soft.goodhart import bon_curve, fit_goodhart, rl_curve
from eudaimon.training.soft.rules import RULES, Rule, choose
from eudaimon.training.soft.selector import Audit, Selected, select
from eudaimon.training.soft.tails import Reading, hill, read

__all__ = [
    "RULES",
    "Audit",
    "Reading",
    "Rule",
    "Selected",
    "bon_curve",
    "choose",
    "fit_goodhart",
    "hill",
    "read",
    "rl_curve",
    "select",
]
