"""The tally of a ballot: a function of the ledger's rows and of nothing else, so that anybody gets the same."""

from __future__ import annotations

from dataclasses import dataclass

from eudaimon.dialogue import digest
from eudaimon.errors import BallotError
from eudaimon.governance.ballots.rules import find_rule
from eudaimon.governance.kernel import State


@dataclass(frozen=True, slots=True)
class Tally:
    """A result.

    Attributes:
        ballot: id.
        question: in words.
        rule: by which it was counted.
        winners: all that tie, or the committee.
        cast, roll: how many voted, of how many.
        votes: how often each vote was cast, the most frequent first.
        closed: whether it is final.
        digest: of all of this; who recounts compares it.
    """

    ballot: str
    question: str
    rule: str
    winners: tuple[str, ...]
    cast: int
    roll: int
    votes: tuple[tuple[tuple[str, ...], int], ...]
    closed: bool
    digest: str


def count(state: State, ballot: str) -> Tally:
    """The tally of a ballot.

    Raises:
        BallotError: there is none of this id, nobody voted, or its rule is unknown.
    """
    poll = state.polls.get(ballot)
    if poll is None:
        raise BallotError(f"there is no ballot '{ballot}'; name one of {', '.join(state.polls) or 'none'}")
    cast = list(poll.votes.values())
    if not cast:
        raise BallotError(f"nobody has voted in '{ballot}' yet, so that nothing wins; wait for a vote")
    rule = find_rule(poll.asked.rule)
    winners = rule.winners(poll.asked.options, cast, poll.asked.seats)
    kinds = sorted({vote if rule.ranked else tuple(sorted(vote)) for vote in cast})
    times = [(vote, sum((one if rule.ranked else tuple(sorted(one))) == vote for one in cast)) for vote in kinds]
    votes = tuple(sorted(times, key=lambda item: -item[1]))
    told = [ballot, poll.asked.question, rule.name, list(winners), len(poll.roll), [[list(v), n] for v, n in votes]]
    return Tally(
        ballot, poll.asked.question, rule.name, winners, len(cast), len(poll.roll), votes, poll.closed, digest(told)
    )
