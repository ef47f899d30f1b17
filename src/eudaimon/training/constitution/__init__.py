"""Constitutional AI: replies criticised and revised by principles, and preferences that a model gives by them.

Bai et al. 2022 (arXiv:2212.08073). Principles are a charter's articles; the model is anything with the three verbs.
"""

from eudaimon.training.constitution.preferring import Weighed, prefer, soft_rows
from eudaimon.training.constitution.principles import Principle, principles_of, without_each
from eudaimon.training.constitution.report import Report, report
from eudaimon.training.constitution.revising import Revised, revise

__all__ = [
    "Principle",
    "Report",
    "Revised",
    "Weighed",
    "prefer",
    "principles_of",
    "report",
    "revise",
    "soft_rows",
    "without_each",
]
