"""An audit: who can do what, alone or with whom, and where power gathers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import digest
from eudaimon.governance.kernel import State
from eudaimon.governance.power.game import Game, game_of

SUBJECTS = ("constitution", "charter/commons", "release/persona/any", "sanction/any", "appeal/any", "ballot/any")
MOST_POWER = 1 / 3
"""No centre should have more than so much power over an outcome."""


@dataclass(frozen=True, slots=True)
class Line:
    """One subject.

    Attributes:
        subject: what is decided.
        power: Shapley-Shubik index by centre.
        banzhaf: Banzhaf index by centre.
        capture: a smallest set of centres that can force it.
        block: a smallest set of centres that can stop it.
        deadlock: the chance that nothing is decided if each centre signs what it should nine times in ten.
    """

    subject: str
    power: dict[str, float]
    banzhaf: dict[str, float]
    capture: tuple[str, ...]
    block: tuple[str, ...]
    deadlock: float

    @property
    def warnings(self) -> list[str]:
        """What is wrong with it, in words."""
        found = []
        if not self.capture:
            return [f"nobody can decide on '{self.subject}': a deadlock for good"]
        if len(self.capture) == 1:
            found.append(f"'{self.capture[0]}' alone decides on '{self.subject}'")
        most = max(self.power, key=lambda name: self.power[name])
        if self.power[most] > MOST_POWER + 1e-9:
            found.append(f"'{most}' has {self.power[most]:.0%} of the power over '{self.subject}', more than a third")
        if len(self.block) == 1 and len(self.power) > 1 and len(self.capture) > 1:
            found.append(f"'{self.block[0]}' alone can stop '{self.subject}'")
        return found


def audit(state: State, subjects: Sequence[str] = SUBJECTS, willing: float = 0.9) -> list[Line]:
    """Every subject in turn, as things stand."""
    return [_line(game_of(state, subject), willing) for subject in subjects]


def monoculture(state: State, now: str = "") -> float:
    """How alike the centres' charters are: the chance that two drawn sitting centres hold to the very same text
    (Simpson's index without replacement; 1 where all do, 0 where no two do)."""
    held = [digest(state.charters.get(one.charter, one.charter)) for one in state.sitting(now or state.now)]
    n = len(held)
    return sum(held.count(text) * (held.count(text) - 1) for text in set(held)) / (n * (n - 1)) if n > 1 else 1.0


def _line(game: Game, willing: float) -> Line:
    return Line(
        game.subject, game.shapley_shubik(), game.banzhaf(), game.capture(), game.block(), 1 - game.decided(willing)
    )
