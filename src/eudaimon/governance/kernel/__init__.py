"""The kernel that enforces: acts change what is allowed, and every request is ruled upon by code."""

from eudaimon.governance.kernel.bodies import (
    CONSTITUTING,
    KINDS,
    STEPS,
    Centre,
    Constitution,
    Demand,
    Found,
    Publish,
    Sanction,
)
from eudaimon.governance.kernel.floors import FloorsLost, floors_lost
from eudaimon.governance.kernel.kernel import Kernel
from eudaimon.governance.kernel.requests import Do, Load, Request, Ruling, Steer
from eudaimon.governance.kernel.state import COMMONS, Case, Poll, State

__all__ = [
    "COMMONS",
    "CONSTITUTING",
    "KINDS",
    "STEPS",
    "Case",
    "Centre",
    "Constitution",
    "Demand",
    "Do",
    "FloorsLost",
    "Found",
    "Kernel",
    "Load",
    "Poll",
    "Publish",
    "Request",
    "Ruling",
    "Sanction",
    "State",
    "Steer",
    "floors_lost",
]
