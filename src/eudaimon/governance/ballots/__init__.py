"""Ballots: rules by name, the axioms that they claim, and tallies that anybody can repeat."""

from eudaimon.governance.ballots.axioms import AXIOMS, Violation, draw_profile, violations
from eudaimon.governance.ballots.rules import RULES, Rule, find_rule
from eudaimon.governance.ballots.tally import Tally, count

__all__ = ["AXIOMS", "RULES", "Rule", "Tally", "Violation", "count", "draw_profile", "find_rule", "violations"]
