"""What is so, after all acts up to now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from eudaimon.governance.kernel.bodies import STEPS, Centre, Demand, OpenBallot, Publish, Sanction, Step

COMMONS = "commons"
"""The charter whose floors bind every other."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sanction, and what became of it.

    Attributes:
        sanction: as imposed.
        by: the centre that imposed it.
        key: the key that it signed with then.
        appealed: whether an appeal waits.
        heard: whether one was decided; there is one appeal a case.
        void: whether it was lifted or overturned.
    """

    sanction: Sanction
    by: str
    key: str
    appealed: bool = False
    heard: bool = False
    void: bool = False

    def binds(self, now: str) -> bool:
        """Whether it is in force."""
        return not self.void and (not self.sanction.until or now <= self.sanction.until)

    def takes(self, ability: str) -> bool:
        """Whether it takes this ability, while it is in force."""
        if self.sanction.step in ("suspend", "exclude"):
            return True
        return self.sanction.step == "limit" and ability in self.sanction.loses


@dataclass(slots=True)
class Poll:
    """A ballot under way.

    Attributes:
        asked: as opened.
        roll: who may vote, fixed when it was opened.
        votes: options by voter, in the order cast.
        closed: whether it is over.
    """

    asked: OpenBallot
    roll: frozenset[str]
    votes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closed: bool = False


@dataclass(slots=True)
class State:
    """Everything that acts change.

    Attributes:
        ledger: id; empty before it is founded.
        centres: by id.
        left: ids of centres that left or were ended.
        demands: by subject's pattern.
        charters: text by name, those in force.
        consents: by person, agent and purpose, their end (empty: none).
        cases: by id.
        polls: by id.
        releases: in order.
        seen: digests of all acts.
        now: when the last act was taken in, UTC.
    """

    ledger: str = ""
    centres: dict[str, Centre] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    demands: dict[str, Demand] = field(default_factory=dict)
    charters: dict[str, str] = field(default_factory=dict)
    consents: dict[tuple[str, str, str], str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    releases: list[Publish] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    now: str = ""

    def sits(self, centre: str, now: str) -> bool:
        """Whether a centre's signature counts: it is there, in its mandate, and neither left nor suspended."""
        found = self.centres.get(centre)
        if found is None or centre in self.left or (found.until and now > found.until):
            return False
        return not self.lost(found.key, "sign", now)

    def signs(self, centre: str, key: str, now: str) -> bool:
        """Whether this key's signature counts as a centre's: the centre sits, and the key is its own, or a deputy's who
        may sign."""
        if not self.sits(centre, now):
            return False
        found = self.centres[centre]
        return key == found.key or (key in found.deputies and not self.lost(key, "sign", now))

    def sitting(self, now: str) -> list[Centre]:
        """The centres whose signatures count."""
        return [one for one in self.centres.values() if self.sits(one.id, now)]

    def lost(self, agent: str, ability: str, now: str) -> str:
        """The case that takes an ability from an agent now; empty where none does."""
        return next(
            (
                name
                for name, case in self.cases.items()
                if case.sanction.agent == agent and case.binds(now) and case.takes(ability)
            ),
            "",
        )

    def gravest(self, agent: str, now: str) -> int:
        """How many steps an agent has been sanctioned by: 0 for none; sanctions that ended by themselves count, those
        that were void do not."""
        steps: list[Step] = [c.sanction.step for c in self.cases.values() if c.sanction.agent == agent and not c.void]
        return max((STEPS.index(step) + 1 for step in steps), default=0)

    def demands_on(self, subject: str) -> list[Demand]:
        """Every demand that an act on this subject has to meet."""
        return [demand for pattern, demand in self.demands.items() if fnmatchcase(subject, pattern)]

    def mark(self, case: str, *, appealed: bool = False, heard: bool = False, void: bool = False) -> None:
        """Notes what became of a case."""
        old = self.cases[case]
        self.cases[case] = replace(old, appealed=appealed, heard=heard or old.heard, void=void or old.void)
