"""*Ballot*: what is asked, how it stands, and a vote that is signed in the browser: no private key is ever sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Response
from starlette.concurrency import run_in_threadpool

from eudaimon.errors import BallotError, EudaimonError, FormatError
from eudaimon.governance.ballots import count, find_rule
from eudaimon.governance.kernel import State
from eudaimon.governance.ledger import Ledger, utc_now
from eudaimon.governance.signing import read_act
from eudaimon.serving.house import House
from eudaimon.serving.pages.commons import ledger_in
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router
from eudaimon.serving.pages.visitor import Acting, HouseOf, Visiting, Visitor

router = page_router()
LONGEST = 100_000
"""Characters that a signed vote may have."""


@dataclass(frozen=True, slots=True)
class View:
    """A ballot, as it is shown; `untold` says why there is no tally."""

    id: str
    ledger: str
    question: str
    centre: str
    options: tuple[str, ...]
    rule: str
    ranked: bool
    until: str
    closed: bool
    cast: int
    roll: int
    winners: tuple[str, ...]
    votes: tuple[tuple[tuple[str, ...], int], ...]
    digest: str
    untold: str


@router.get("/ballot")
def ballots(house: HouseOf, visitor: Visiting) -> Response:
    """The page."""
    return _page(house, visitor)


@router.post("/ballot/vote")
async def vote(house: HouseOf, visitor: Acting, act: Annotated[str, Form(max_length=LONGEST)] = "") -> Response:
    """Take a signed vote into the ledger."""
    try:
        await run_in_threadpool(_take, house, act)
    except EudaimonError as wrong:
        return await run_in_threadpool(_page, house, visitor, wrong=f"The vote was not taken: {wrong}.", status=400)
    return await run_in_threadpool(_page, house, visitor, done="Your vote is in the ledger.")


def _take(house: House, text: str) -> None:
    ledger = ledger_in(house)
    if ledger is None:
        raise BallotError("there is no ledger here, so nothing can be voted on; found one first")
    if not text:
        raise BallotError("the vote is not signed; sign it in the browser, with JavaScript, or by eudaimon ballot vote")
    try:
        act = read_act(json.loads(text))
    except (ValueError, RecursionError) as wrong:
        raise FormatError(f"expected a signed vote, but {wrong}; sign it anew") from None
    if act.kind != "vote":
        raise BallotError(f"this page takes votes, not the act '{act.kind}'; use the command line")
    ledger.append(act)


def _page(house: House, visitor: Visitor, *, wrong: str = "", done: str = "", status: int = 200) -> Response:
    ledger = ledger_in(house)
    polls = [_view(ledger, name) for name in ledger.state.polls] if ledger else []
    polls.sort(key=lambda one: one.closed)
    shown = {"polls": polls, "ledger": ledger is not None, "wrong": wrong, "done": done}
    return draw("ballots", visitor, "Ballot", status=status, **shown)


def _view(ledger: Ledger, name: str) -> View:
    state: State = ledger.state
    poll = state.polls[name]
    try:
        tally, untold = count(state, name), ""
    except BallotError as wrong:
        tally, untold = None, f"{str(wrong)[:1].upper()}{str(wrong)[1:]}."
    return View(
        id=name,
        ledger=state.ledger,
        question=poll.asked.question,
        centre=poll.asked.centre,
        options=poll.asked.options,
        rule=poll.asked.rule,
        ranked=_ranked(poll.asked.rule),
        until=poll.asked.until,
        closed=poll.closed or bool(poll.asked.until and utc_now() > poll.asked.until),
        cast=len(poll.votes),
        roll=len(poll.roll),
        winners=tally.winners if tally else (),
        votes=tally.votes if tally else (),
        digest=tally.digest if tally else "",
        untold=untold,
    )


def _ranked(rule: str) -> bool:
    try:
        return find_rule(rule).ranked
    except BallotError:
        return True
