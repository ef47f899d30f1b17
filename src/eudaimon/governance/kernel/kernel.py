"""The kernel: between a proposal and its effect stands this code, and nothing passes that it does not let pass.

It takes in acts, which change what is allowed, and answers requests, which are what agents want to do. It is handed to
rooms that act as a plain callable, `kernel.rule`; who holds no kernel cannot be made to ask one, which is why loaders
and steerers take a ruling and not a flag.

>>> from eudaimon.governance.kernel.requests import Steer
>>> Kernel().rule(Steer("agent", "person", "comfort"), "2026-11-26T09:00:00Z").allowed
False
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from eudaimon.dialogue import digest
from eudaimon.errors import ActRefused
from eudaimon.governance.kernel.admission import admit
from eudaimon.governance.kernel.floors import FloorsLost, floors_lost
from eudaimon.governance.kernel.requests import Do, Load, Request, Ruling, Steer
from eudaimon.governance.kernel.state import COMMONS, State
from eudaimon.governance.signing import Act

T = TypeVar("T")


class Kernel:
    """The one that decides.

    Args:
        floors_lost: which floors a charter has lost against another (see `kernel.floors`).
    """

    def __init__(self, floors_lost: FloorsLost = floors_lost) -> None:
        self.state = State()
        self._floors_lost = floors_lost

    def take(self, act: Act, now: str) -> None:
        """Takes an act in, or refuses it and stays as it was.

        Raises:
            GovernanceError: it is refused; see `admission.admit`.
        """
        admit(self.state, act, now, self._floors_lost)

    def rule(self, request: Request, now: str) -> Ruling:
        """Whether a request is allowed at this moment, and why."""
        now = max(now, self.state.now)
        if isinstance(request, Load):
            return self._load(request)
        if case := self.state.lost(request.agent, request.ability, now):
            return Ruling(False, f"the case '{case}' takes '{request.ability}' from {request.agent[:16]}")
        if isinstance(request, Do):
            return Ruling(True, "nothing takes it from them")
        return self._steer(request, now)

    def perform(self, request: Request, now: str, effect: Callable[[], T]) -> T:
        """What `effect` returns, which is called only if the request is allowed.

        Raises:
            ActRefused: it is not.
        """
        ruling = self.rule(request, now)
        if not ruling.allowed:
            raise ActRefused(f"{ruling.reason}; nothing was done")
        return effect()

    def _steer(self, request: Steer, now: str) -> Ruling:
        until = self.state.consents.get((request.person, request.agent, request.purpose))
        if until is None:
            return Ruling(False, f"{request.person[:16]} has not consented to '{request.purpose}'")
        if until and now > until:
            return Ruling(False, f"the consent to '{request.purpose}' ended at {until}")
        return Ruling(True, f"{request.person[:16]} consented to '{request.purpose}'")

    def _load(self, request: Load) -> Ruling:
        text = self.state.charters.get(request.name)
        if text is None:
            return Ruling(False, f"no charter '{request.name}' was adopted")
        if digest(text) != digest(request.text):
            return Ruling(False, f"this is not the charter '{request.name}' that is in force and was signed for")
        if lost := self._floors_lost(self.state.charters[COMMONS], text):
            return Ruling(False, f"'{request.name}' lacks the commons' floor {', '.join(lost)}; adopt it with that")
        return Ruling(True, f"'{request.name}' is in force")
