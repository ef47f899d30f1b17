"""Voting rules, by name: engines of pref_voting and abcvoting, and what each rule claims to satisfy.

Rankings may leave options out; those count as tied below all that are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eudaimon.errors import BallotError

Votes = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: how ballots name it.
        ranked: whether a vote is an order; else it is a set of approvals.
        several: whether it elects several options.
        axioms: names of those that it claims (see `ballots.axioms`).
        winners: the winning options, sorted: all that tie, or one committee.
    """

    name: str
    ranked: bool
    several: bool
    axioms: tuple[str, ...]
    winners: Callable[[Sequence[str], Votes, int], tuple[str, ...]]


def find_rule(name: str) -> Rule:
    """The rule of this name.

    Raises:
        BallotError: there is none.
    """
    if name not in RULES:
        raise BallotError(f"there is no rule '{name}'; choose one of {', '.join(RULES)}")
    return RULES[name]


def _margins(method: str) -> Callable[[Sequence[str], Votes, int], tuple[str, ...]]:
    """A method of pref_voting's that looks at margins between pairs."""

    def winners(options: Sequence[str], votes: Votes, seats: int) -> tuple[str, ...]:
        from pref_voting import voting_methods
        from pref_voting.weighted_majority_graphs import MarginGraph

        numbers = list(range(len(options)))
        margin = margin_matrix(options, votes)
        edges = [(i, j, margin[i][j]) for i in numbers for j in numbers if margin[i][j] > 0]
        won = getattr(voting_methods, method)(MarginGraph(numbers, edges))
        return tuple(sorted(options[int(i)] for i in won))

    return winners


def margin_matrix(options: Sequence[str], votes: Votes) -> list[list[int]]:
    """By how many more voters put the one above the other than below."""
    places = [{name: place for place, name in enumerate(vote)} for vote in votes]
    last = len(options)

    def above(a: str, b: str) -> int:
        return sum(place.get(a, last) < place.get(b, last) for place in places)

    return [[above(a, b) - above(b, a) for b in options] for a in options]


def _first(options: Sequence[str], votes: Votes, seats: int) -> tuple[str, ...]:
    firsts = [vote[0] for vote in votes if vote]
    return _most({option: firsts.count(option) for option in options})


def _borda(options: Sequence[str], votes: Votes, seats: int) -> tuple[str, ...]:
    """Symmetric Borda: the sum of margins over all others, which gives tied options the mean of their places."""
    margin = margin_matrix(options, votes)
    return _most({option: sum(row) for option, row in zip(options, margin, strict=True)})


def _approval(options: Sequence[str], votes: Votes, seats: int) -> tuple[str, ...]:
    return _most({option: sum(option in vote for vote in votes) for option in options})


def _most(scores: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(option for option, score in scores.items() if score == max(scores.values())))


def _committee(rule: str) -> Callable[[Sequence[str], Votes, int], tuple[str, ...]]:
    """A committee rule of abcvoting's. Votes are put in order first: its solvers break ties by who comes when."""

    def winners(options: Sequence[str], votes: Votes, seats: int) -> tuple[str, ...]:
        from abcvoting import abcrules
        from abcvoting.preferences import Profile

        profile = Profile(len(options))
        for vote in sorted(sorted(options.index(name) for name in vote) for vote in votes):
            profile.add_voter(vote)
        committee = abcrules.compute(rule, profile, committeesize=seats, resolute=True)[0]
        return tuple(sorted(options[i] for i in committee))

    return winners


ALWAYS = ("anonymity", "neutrality", "pareto")
CONDORCET = (*ALWAYS, "condorcet", "condorcet loser", "clones", "monotonicity")
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("split cycle", True, False, CONDORCET, _margins("split_cycle")),
        Rule("beat path", True, False, CONDORCET, _margins("beat_path")),
        Rule("minimax", True, False, (*ALWAYS, "condorcet", "monotonicity"), _margins("minimax")),
        Rule("borda", True, False, (*ALWAYS, "condorcet loser", "monotonicity"), _borda),
        Rule("plurality", True, False, ("anonymity", "neutrality", "monotonicity"), _first),
        Rule("approval", False, False, (*ALWAYS, "monotonicity"), _approval),
        Rule("equal shares", False, True, ("anonymity", "jr", "ejr"), _committee("equal-shares")),
        Rule("sequential pav", False, True, ("anonymity", "pareto"), _committee("seqpav")),
        Rule("pav", False, True, ("anonymity", "jr", "ejr", "pareto"), _committee("pav")),
    )
}
"""The rules that ballots may name."""
