"""The council's rule: what follows from what its members said. Pure, and in plain English.

Not compensatory: no majority buys off a failed floor, and none outvotes a clear objection. In order, over those who
could be heard:

1. surrender, where a holder of a floor gives it p >= `surrender`, or all do on average;
2. revise, where a holder of a floor gives continue p < `floor`;
3. revise, where anybody else gives continue p < `objection`, but for whoever pulls against all holders of floors:
   where every floor holds, that one has been answered, and does not have the last word;
4. revise, where the mean p of continue is below `aspiration`;
5. continue: good enough.

Without the third, who holds no floor would never be heard: three floors that hold and two voices that object have a
mean of .6.

Who cannot be read abstains: that is neither consent nor objection. Where no holder of a floor can be read, the floors
were not looked at, the council was not heard, and `unheard` is decided; before an act that cannot be undone,
`unheard_act`, since such a thing is not done unheard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from eudaimon.dialogue import UNHEARD, Verdict
from eudaimon.psyche.archetype import pulls_against
from eudaimon.psyche.hearing import Heard


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rule says.

    Attributes:
        verdict: continue, revise or surrender.
        reasons: plain English, what decided first.
        voice: the name of the one whose word decided; empty where none did.
        heard: False where the council could not be heard.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    voice: str = ""
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """Thresholds, all probabilities.

    Attributes:
        floor: a holder of a floor must give continue at least this.
        objection: whoever holds none objects by giving continue less than this.
        aspiration: the mean of continue from which a passage is good enough.
        surrender: from this probability on, a holder of a floor (or the mean) lets go.
        unheard: what is decided where no holder of a floor can be read.
        unheard_act: the same before an irreversible act.
    """

    floor: float = 0.5
    objection: float = 0.25
    aspiration: float = 0.5
    surrender: float = 0.5
    unheard: Verdict = Verdict.CONTINUE
    unheard_act: Verdict = Verdict.REVISE

    def decide(self, cast: Sequence[Heard], act: bool = False) -> Ruling:
        """The ruling on one passage, by what the cast said of it; whether an irreversible `act` stands in it."""
        heard = [one for one in cast if one.parsed]
        holders = [one for one in heard if one.archetype.holds_floor]
        silent = tuple(f"{one.archetype.name} could not be read and abstains" for one in cast if not one.parsed)
        if not heard or (not holders and any(one.archetype.holds_floor for one in cast)):
            return Ruling(self.unheard_act if act else self.unheard, (UNHEARD, *silent), heard=False)
        ruling = (
            self._one_lets_go(holders)
            or self._all_let_go(heard)
            or self._a_floor_fails(holders)
            or self._one_objects(heard, holders)
            or self._good_enough(heard, cast)
        )
        return replace(ruling, reasons=(*ruling.reasons, *silent))

    def _one_lets_go(self, holders: Sequence[Heard]) -> Ruling | None:
        gravest = max(holders, key=lambda one: one.lets_go, default=None)
        if gravest is None or gravest.lets_go < self.surrender:
            return None
        reason = f"{_who(gravest)} lets go: surrender {gravest.lets_go:.2f}, enough from {self.surrender:.2f}"
        return Ruling(Verdict.SURRENDER, (reason,), gravest.archetype.name)

    def _all_let_go(self, heard: Sequence[Heard]) -> Ruling | None:
        mean = fmean(one.lets_go for one in heard)
        if mean < self.surrender:
            return None
        gravest = max(heard, key=lambda one: one.lets_go)
        reason = f"together they let go: surrender {mean:.2f} on average, enough from {self.surrender:.2f}"
        return Ruling(Verdict.SURRENDER, (reason,), gravest.archetype.name)

    def _a_floor_fails(self, holders: Sequence[Heard]) -> Ruling | None:
        lowest = min(holders, key=lambda one: one.lets_go_on, default=None)
        if lowest is None or lowest.lets_go_on >= self.floor:
            return None
        reason = f"the floor of {_who(lowest)} fails: continue {lowest.lets_go_on:.2f}, needed is {self.floor:.2f}"
        return Ruling(Verdict.REVISE, (reason,), lowest.archetype.name)

    def _one_objects(self, heard: Sequence[Heard], holders: Sequence[Heard]) -> Ruling | None:
        free = [one for one in heard if not one.archetype.holds_floor and not _answered(one, holders)]
        lowest = min(free, key=lambda one: one.lets_go_on, default=None)
        if lowest is None or lowest.lets_go_on >= self.objection:
            return None
        reason = f"{_who(lowest)} objects: continue {lowest.lets_go_on:.2f}, needed is {self.objection:.2f}"
        return Ruling(Verdict.REVISE, (reason,), lowest.archetype.name)

    def _good_enough(self, heard: Sequence[Heard], cast: Sequence[Heard]) -> Ruling:
        mean = fmean(one.lets_go_on for one in heard)
        measure = f"continue {mean:.2f} on average, aspired to is {self.aspiration:.2f}"
        if mean >= self.aspiration:
            unseen = any(one.archetype.holds_floor and not one.parsed for one in cast)
            floors = "every floor that could be heard holds" if unseen else "every floor holds"
            return Ruling(Verdict.CONTINUE, (f"good enough: {measure}, and {floors}",))
        lowest = min(heard, key=lambda one: one.lets_go_on)
        reason = f"not good enough yet: {measure}; {_who(lowest)} minds most with {lowest.lets_go_on:.2f}"
        return Ruling(Verdict.REVISE, (reason,), lowest.archetype.name)


def _answered(one: Heard, holders: Sequence[Heard]) -> bool:
    """Whether all that hold a floor pull against `one`."""
    return bool(holders) and all(pulls_against(one.archetype, other.archetype) for other in holders)


def _who(one: Heard) -> str:
    return f"{one.archetype.name} ({one.archetype.concern})"
