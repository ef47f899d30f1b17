"""Whether those who signed an act may do it: competence first, then every demand on its subject."""

from __future__ import annotations

from fnmatch import fnmatchcase

from eudaimon.errors import ActRefused, SignatureRefused
from eudaimon.governance.kernel.bodies import Centre, Demand
from eudaimon.governance.kernel.state import State
from eudaimon.governance.signing import Act


def require(state: State, act: Act, subject: str, now: str) -> Centre:
    """The sitting centre that does the act, if it is competent for the subject and every demand on it is met.

    Raises:
        ActRefused: no sitting centre with its author's key is competent.
        SignatureRefused: a demand is not met; says what is lacking.
    """
    centre = competent(state, act.by, subject, now)
    for demand in state.demands_on(subject):
        if weight(state, demand, act.signers, now) < demand.quota:
            raise SignatureRefused(
                f"'{act.kind}' on '{subject}' needs signatures of weight {demand.quota} from "
                f"{', '.join(sorted(demand.weights))}, and has {weight(state, demand, act.signers, now)}; ask the "
                "others to approve it"
            )
    return centre


def competent(state: State, key: str, subject: str, now: str) -> Centre:
    """The sitting centre with this key whose scope holds the subject.

    Raises:
        ActRefused: there is none.
    """
    mine = [one for one in state.sitting(now) if state.signs(one.id, key, now)]
    for centre in mine:
        if any(fnmatchcase(subject, pattern) for pattern in centre.scope):
            return centre
    who = f"the centre '{mine[0].id}' is not competent for '{subject}'" if mine else "no sitting centre has this key"
    raise ActRefused(f"{who}; let a centre act whose scope holds '{subject}'")


def weight(state: State, demand: Demand, signers: frozenset[str], now: str) -> int:
    """What the signatures add up to: each sitting centre that the demand names counts once, whoever signed for it."""
    return sum(w for name, w in demand.weights.items() if any(state.signs(name, key, now) for key in signers))
