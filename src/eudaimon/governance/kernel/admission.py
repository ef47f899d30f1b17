"""The rules, kind by kind: each either refuses an act or leaves the state as the act would have it.

Every rule checks everything before it changes anything, so that a refused act leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from eudaimon.dialogue.plainjson import from_json
from eudaimon.errors import ActRefused, BallotError, FormatError, SignatureRefused
from eudaimon.governance.kernel import bodies
from eudaimon.governance.kernel.competence import competent, require
from eudaimon.governance.kernel.floors import FloorsLost
from eudaimon.governance.kernel.state import COMMONS, Case, Poll, State
from eudaimon.governance.signing import Act, is_key

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def admit(state: State, act: Act, now: str, floors_lost: FloorsLost) -> None:
    """Takes an act in.

    Args:
        state: is changed, unless the act is refused.
        act: signed.
        now: UTC, `2026-11-26T09:00:00Z`; not before the act that was taken in last.
        floors_lost: see `kernel.floors`.

    Raises:
        FormatError: its body is not what its kind asks for.
        SignatureRefused: its signature is none, or it was taken in before, or approvals are lacking.
        BallotError: a vote or ballot that cannot be taken.
        ActRefused: everything else that stands against it.
    """
    _require_moment(now, "an act's time")
    if now < state.now:
        raise ActRefused(f"it is dated {now}, before the last act at {state.now}; mend the clock")
    if act.kind not in bodies.KINDS:
        raise ActRefused(f"there is no kind of act '{act.kind}'; choose one of {', '.join(bodies.KINDS)}")
    if not act.is_genuine:
        raise SignatureRefused(f"the signature is not that of {act.by[:16]} on this act; sign it with that key")
    if act.digest in state.seen:
        raise SignatureRefused("this act was taken in before, and counts once; sign a new one")
    if act.ledger != state.ledger:
        raise SignatureRefused(f"it was signed for the ledger '{act.ledger[:16]}', not for this one; sign it anew")
    body = from_json(bodies.KINDS[act.kind], dict(act.body))
    RULES[act.kind](state, act, body, now, floors_lost)
    state.seen.add(act.digest)
    state.now = now


def _found(state: State, act: Act, body: bodies.Found, now: str, floors_lost: FloorsLost) -> None:
    if state.ledger or state.seen:
        raise ActRefused("this ledger is founded already; found another in a new folder")
    ids = [centre.id for centre in body.centres]
    keys = [key for centre in body.centres for key in centre.keys]
    if len(set(ids)) < len(ids) or len(set(keys)) < len(keys) or not ids:
        raise ActRefused("a ledger is founded with centres, each of an id and a key of its own; mend the list")
    for centre in body.centres:
        _require_centre(centre)
    for demand in body.demands:
        _require_demand(demand, set(ids))
    floors_lost(body.charter, body.charter)
    state.ledger = act.digest
    state.centres = {centre.id: centre for centre in body.centres}
    state.demands = {demand.subject: demand for demand in body.demands}
    state.charters = {COMMONS: body.charter}


def _add_centre(state: State, act: Act, body: bodies.AddCentre, now: str, floors_lost: FloorsLost) -> None:
    require(state, act, "constitution", now)
    _require_centre(body.centre)
    if body.centre.id in state.left:
        raise ActRefused(f"the centre '{body.centre.id}' left or was ended, and its id is spent; choose another id")
    if any(one.keys & body.centre.keys and one.id != body.centre.id for one in state.centres.values()):
        raise ActRefused("another centre has this key, and whoever holds it would count twice; give it one of its own")
    state.centres[body.centre.id] = body.centre


def _end_centre(state: State, act: Act, body: bodies.EndCentre, now: str, floors_lost: FloorsLost) -> None:
    require(state, act, "constitution", now)
    _require_known(state, body.centre)
    state.left.add(body.centre)


def _exit(state: State, act: Act, body: bodies.Exit, now: str, floors_lost: FloorsLost) -> None:
    _require_known(state, body.centre)
    if state.centres[body.centre].key != act.by:
        raise ActRefused(f"only '{body.centre}' itself can leave; let it sign")
    state.left.add(body.centre)


def _set_demand(state: State, act: Act, body: bodies.SetDemand, now: str, floors_lost: FloorsLost) -> None:
    require(state, act, "constitution", now)
    _require_demand(body.demand, set(state.centres) - state.left)
    state.demands[body.demand.subject] = body.demand


def _adopt(state: State, act: Act, body: bodies.Adopt, now: str, floors_lost: FloorsLost) -> None:
    require(state, act, f"charter/{body.name}", now)
    held = [state.charters[COMMONS], *([state.charters[body.name]] if body.name in state.charters else [])]
    for old in held:
        if lost := floors_lost(old, body.text):
            raise ActRefused(
                f"the charter '{body.name}' would lose or lower the floor {', '.join(lost)}; keep it as it stands"
            )
    state.charters[body.name] = body.text


def _consent(state: State, act: Act, body: bodies.Consent, now: str, floors_lost: FloorsLost) -> None:
    if not body.purpose:
        raise ActRefused("a consent names its purpose; say what for")
    _require_until(body.until)
    state.consents[act.by, body.agent, body.purpose] = body.until


def _revoke(state: State, act: Act, body: bodies.Revoke, now: str, floors_lost: FloorsLost) -> None:
    for person, agent, purpose in list(state.consents):
        if (person, agent) == (act.by, body.agent) and body.purpose in ("", purpose):
            del state.consents[person, agent, purpose]


def _sanction(state: State, act: Act, body: bodies.Sanction, now: str, floors_lost: FloorsLost) -> None:
    centre = require(state, act, f"sanction/{body.agent}", now)
    _require_until(body.until)
    if body.case in state.cases:
        raise ActRefused(f"there is a case '{body.case}' already; choose another id")
    if bodies.STEPS.index(body.step) > state.gravest(body.agent, now):
        raise ActRefused(
            f"'{body.step}' is more than one step above what this agent was sanctioned by before; begin with "
            f"'{bodies.STEPS[state.gravest(body.agent, now)]}'"
        )
    if (body.step == "limit") != bool(body.loses):
        raise ActRefused("a limit names what it takes, and no other step does; mend 'loses'")
    state.cases[body.case] = Case(body, centre.id, act.by)


def _lift(state: State, act: Act, body: bodies.Lift, now: str, floors_lost: FloorsLost) -> None:
    case = _require_case(state, body.case)
    require(state, act, f"sanction/{case.sanction.agent}", now)
    state.mark(body.case, void=True)


def _appeal(state: State, act: Act, body: bodies.Appeal, now: str, floors_lost: FloorsLost) -> None:
    case = _require_case(state, body.case)
    if act.by != case.sanction.agent:
        raise ActRefused("only who was sanctioned can appeal; let them sign")
    if case.heard or case.appealed or case.void:
        raise ActRefused(f"an appeal in '{body.case}' was filed or decided before; there is one a case")
    state.mark(body.case, appealed=True)


def _decide(state: State, act: Act, body: bodies.Decide, now: str, floors_lost: FloorsLost) -> None:
    case = _require_case(state, body.case)
    judge = competent(state, act.by, f"appeal/{case.sanction.agent}", now)
    before = state.centres[case.by]
    if not case.appealed:
        raise ActRefused(f"nobody appealed in '{body.case}'; wait for an appeal")
    if judge.id == case.by or case.key in judge.keys or (before.appeal and judge.id != before.appeal):
        raise ActRefused(
            f"appeals against '{case.by}' are heard by {before.appeal or 'another centre'}; let that decide"
        )
    state.mark(body.case, heard=True, void=not body.upheld)


def _open_ballot(state: State, act: Act, body: bodies.OpenBallot, now: str, floors_lost: FloorsLost) -> None:
    centre = require(state, act, f"ballot/{body.ballot}", now)
    _require_until(body.until)
    if body.ballot in state.polls:
        raise BallotError(f"there is a ballot '{body.ballot}' already; choose another id")
    if centre.id != body.centre:
        raise BallotError(f"'{body.centre}' asks its own electorate, not '{centre.id}'; sign with its key")
    if len(set(body.options)) < 2 or len(set(body.options)) < len(body.options):
        raise BallotError("a ballot has at least two options, each once; mend the options")
    if not 1 <= body.seats < len(body.options):
        raise BallotError(f"{body.seats} of {len(body.options)} options cannot win; mend the seats")
    if not centre.electorate:
        raise BallotError(f"the centre '{centre.id}' has no electorate; give it one")
    state.polls[body.ballot] = Poll(body, frozenset(centre.electorate))


def _vote(state: State, act: Act, body: bodies.Vote, now: str, floors_lost: FloorsLost) -> None:
    poll = _require_poll(state, body.ballot)
    if poll.closed or (poll.asked.until and now > poll.asked.until):
        raise BallotError(f"the ballot '{body.ballot}' is closed; this vote came too late")
    if act.by not in poll.roll:
        raise BallotError(f"the key {act.by[:16]} is not on the roll of '{body.ballot}'; vote with one that is")
    if act.by in poll.votes:
        raise BallotError(f"the key {act.by[:16]} has voted in '{body.ballot}' already; the first vote counts")
    if len(set(body.options)) < len(body.options) or not set(body.options) <= set(poll.asked.options):
        raise BallotError(f"a vote names options of '{body.ballot}', each at most once; mend it")
    poll.votes[act.by] = body.options


def _close_ballot(state: State, act: Act, body: bodies.CloseBallot, now: str, floors_lost: FloorsLost) -> None:
    poll = _require_poll(state, body.ballot)
    centre = competent(state, act.by, f"ballot/{body.ballot}", now)
    if centre.id != poll.asked.centre or poll.closed:
        raise BallotError(f"'{body.ballot}' is closed once, by '{poll.asked.centre}'; let that sign, or leave it be")
    poll.closed = True


def _publish(state: State, act: Act, body: bodies.Publish, now: str, floors_lost: FloorsLost) -> None:
    require(state, act, f"release/{body.kind}/{body.name}", now)
    if not is_key(body.digest):
        raise ActRefused("a release names the SHA-256 of its content in 64 hex digits; mend the digest")
    if any((one.kind, one.name, one.version) == (body.kind, body.name, body.version) for one in state.releases):
        raise ActRefused(f"{body.kind} '{body.name}' {body.version} is released already; choose another version")
    state.releases.append(body)


Rule = Callable[[State, Act, Any, str, FloorsLost], None]
RULES: dict[str, Rule] = {
    "found": _found,
    "add centre": _add_centre,
    "end centre": _end_centre,
    "exit": _exit,
    "set demand": _set_demand,
    "adopt": _adopt,
    "consent": _consent,
    "revoke": _revoke,
    "sanction": _sanction,
    "lift": _lift,
    "appeal": _appeal,
    "decide": _decide,
    "open ballot": _open_ballot,
    "vote": _vote,
    "close ballot": _close_ballot,
    "publish": _publish,
}


def _require_moment(text: str, what: str) -> None:
    if not MOMENT.fullmatch(text):
        raise FormatError(f"{what} is written 2026-11-26T09:00:00Z (UTC), not '{text}'; mend it")


def _require_until(text: str) -> None:
    if text:
        _require_moment(text, "'until'")


def _require_centre(centre: bodies.Centre) -> None:
    _require_until(centre.until)
    if not centre.id or not all(map(is_key, (*centre.keys, *centre.electorate))):
        raise ActRefused(f"the centre '{centre.id}' needs an id and keys of 64 hex digits; mend it")
    if not centre.scope:
        raise ActRefused(f"the centre '{centre.id}' is competent for nothing; give it a scope")


def _require_demand(demand: bodies.Demand, known: set[str]) -> None:
    if strange := sorted(set(demand.weights) - known):
        raise ActRefused(f"the demand on '{demand.subject}' names '{strange[0]}', which is no centre; mend it")
    if not 1 <= demand.quota <= sum(demand.weights.values()) or min(demand.weights.values()) < 0:
        raise ActRefused(
            f"the demand on '{demand.subject}' has a quota of {demand.quota} that nobody can meet or all do"
        )


def _require_known(state: State, centre: str) -> None:
    if centre not in state.centres or centre in state.left:
        raise ActRefused(f"there is no centre '{centre}' any more, or never was; name one that sits")


def _require_case(state: State, case: str) -> Case:
    if case not in state.cases:
        raise ActRefused(f"there is no case '{case}'; name one that there is")
    return state.cases[case]


def _require_poll(state: State, ballot: str) -> Poll:
    if ballot not in state.polls:
        raise BallotError(f"there is no ballot '{ballot}'; name one that was opened")
    return state.polls[ballot]
