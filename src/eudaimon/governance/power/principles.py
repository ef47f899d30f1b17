"""Ostrom's eight principles of institutions that last, as far as a ledger's state shows them.

Ostrom 1990, "Governing the commons", table 3.1. Some the kernel grants to everybody (graduated sanctions, leaving and
forking); the others depend on how centres and demands are set, and are looked up there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from eudaimon.governance.kernel import COMMONS, Centre, State


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the eight.

    Attributes:
        name: Ostrom's, in short.
        holds: whether it does.
        why: what shows it, or what is lacking.
    """

    name: str
    holds: bool
    why: str


def principles(state: State, witnesses: int = 0, now: str = "") -> list[Principle]:
    """All eight.

    Args:
        state: of the ledger.
        witnesses: how many different keys signed heads of it.
        now: UTC; the last act's time where empty.
    """
    sitting = state.sitting(now or state.now)
    voters = [one.id for one in sitting if one.electorate]
    unbounded = [one.id for one in sitting if "*" in one.scope]
    local = {one.charter for one in sitting if one.charter != COMMONS and one.charter in state.charters}
    judged, unjudged = _judged(sitting)
    shared = sorted(p for p, d in state.demands.items() if sum(w > 0 for w in d.weights.values()) > 1)
    return [
        _told("boundaries", not unbounded, f"competent for all: {', '.join(unbounded)}", "every scope is bounded"),
        _told("local fit", bool(local), "no centre holds to a charter of its own", f"own charters: {len(local)}"),
        _told("collective choice", bool(voters), "no centre asks anybody", f"electorates of {', '.join(voters)}"),
        _told("monitoring", witnesses > 1, "fewer than two keys signed heads", f"{witnesses} keys signed heads"),
        Principle("graduated sanctions", True, "the kernel lets no sanction rise by more than a step"),
        _told(
            "conflict resolution", bool(judged) and not unjudged,
            f"nobody else hears appeals against {', '.join(unjudged) or 'anybody'}",
            "another centre hears every appeal",
        ),
        Principle("right to organise", True, "any centre can leave, and anybody can fork"),
        _told("nested enterprises", bool(shared), "no subject is shared", f"shared: {', '.join(shared)}"),
    ]  # fmt: skip


def _judged(sitting: Sequence[Centre]) -> tuple[list[str], list[str]]:
    """Centres that can sanction: those against whom another can hear an appeal, and the others."""
    able = [one for one in sitting if _may(one, "sanction/any")]
    judges = [one for one in sitting if _may(one, "appeal/any")]

    def heard(one: Centre) -> bool:
        return any(judge.id != one.id and one.appeal in ("", judge.id) for judge in judges)

    return [one.id for one in able if heard(one)], [one.id for one in able if not heard(one)]


def _may(centre: Centre, subject: str) -> bool:
    return any(fnmatchcase(subject, pattern) for pattern in centre.scope)


def _told(name: str, holds: bool, lacking: str, shown: str) -> Principle:
    return Principle(name, holds, shown if holds else lacking)
