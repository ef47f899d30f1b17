"""What a rule claims, as checks on one profile: each says whether the claim is broken there.

A rule's claims are fuzzed over random and adversarial profiles (`violations`), and a claim that is broken once is no
claim. The definitions are the usual ones (Zwicker 2016, "Introduction to the theory of voting"; Tideman 1987 for
clones; Aziz et al. 2017 for justified representation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from eudaimon.governance.ballots.rules import Rule, Votes, margin_matrix

Check = Callable[[Rule, Sequence[str], Votes, int, Random], bool]


@dataclass(frozen=True, slots=True)
class Violation:
    """Where a rule breaks an axiom that it claims."""

    rule: str
    axiom: str
    options: tuple[str, ...]
    votes: tuple[tuple[str, ...], ...]
    seats: int


def violations(rule: Rule, profiles: int, seed: int = 0, axioms: Sequence[str] | None = None) -> Iterator[Violation]:
    """Every violation of the rule's axioms (or of others, where named) over this many drawn profiles."""
    rng = Random(f"axioms {rule.name} {seed}")
    for _ in range(profiles):
        options, votes = draw_profile(rng, rule.ranked)
        seats = rng.randint(1, len(options) - 1) if rule.several else 1
        for axiom in axioms if axioms is not None else rule.axioms:
            if AXIOMS[axiom](rule, options, votes, seats, rng):
                yield Violation(rule.name, axiom, tuple(options), tuple(votes), seats)


def draw_profile(rng: Random, ranked: bool) -> tuple[list[str], list[tuple[str, ...]]]:
    """2 to 5 options and 1 to 9 votes: any orders, orders around one (single-peaked like), a circle of orders, or two
    opposite camps; rankings are cut off now and then, approvals are the top of a ranking."""
    options = list("abcde")[: rng.randint(2, 5)]
    base = rng.sample(options, len(options))
    sort = rng.choice(("any", "near", "circle", "camps"))
    votes = []
    for number in range(rng.randint(1, 9)):
        order = list(base)
        if sort == "any":
            rng.shuffle(order)
        elif sort == "near":
            place = rng.randrange(len(order) - 1)
            order[place], order[place + 1] = order[place + 1], order[place]
        elif sort == "circle":
            turn = number % len(order)
            order = order[turn:] + order[:turn]
        elif rng.random() < 0.5:
            order.reverse()
        keep = rng.randint(0, len(order)) if not ranked or rng.random() < 0.3 else len(order)
        votes.append(tuple(order[:keep]))
    return options, votes


def _anonymity(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    return rule.winners(options, votes, seats) != rule.winners(options, rng.sample(list(votes), len(votes)), seats)


def _neutrality(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    new = dict(zip(options, rng.sample(list(options), len(options)), strict=True))
    renamed = [tuple(new[name] for name in vote) for vote in votes]
    expected = tuple(sorted(new[name] for name in rule.winners(options, votes, seats)))
    return rule.winners([new[name] for name in options], renamed, seats) != expected


def _pareto(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    """An option wins that everybody puts below another (for approvals: a committee that everybody is no worse off
    without, and somebody better)."""
    won = rule.winners(options, votes, seats)
    if rule.several:
        return _committee_dominated(options, votes, won)
    places = [{name: place for place, name in enumerate(vote)} for vote in votes]
    if rule.ranked:
        return any(votes and all(place.get(b, 99) < place.get(a, 99) for place in places) for a in won for b in options)
    return any(
        all((a in vote) <= (b in vote) for vote in votes) and any((b in vote) > (a in vote) for vote in votes)
        for a in won
        for b in options
    )


def _committee_dominated(options: Sequence[str], votes: Votes, won: Sequence[str]) -> bool:
    from itertools import combinations

    mine = [len(set(won) & set(vote)) for vote in votes]
    for other in combinations(options, len(won)):
        theirs = [len(set(other) & set(vote)) for vote in votes]
        if theirs != mine and all(t >= m for t, m in zip(theirs, mine, strict=True)):
            return True
    return False


def _condorcet(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    beats = [[m > 0 for m in row] for row in margin_matrix(options, votes)]
    best = [a for i, a in enumerate(options) if all(beats[i][j] for j in range(len(options)) if j != i)]
    return bool(best) and rule.winners(options, votes, seats) != tuple(best)


def _condorcet_loser(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    beats = [[m > 0 for m in row] for row in margin_matrix(options, votes)]
    worst = [a for i, a in enumerate(options) if all(beats[j][i] for j in range(len(options)) if j != i)]
    return bool(worst) and worst[0] in rule.winners(options, votes, seats)


def _clones(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    """A clone, put right beside its original by everybody who names that, changes whether another option wins, or
    whether one of the two does."""
    original = rng.choice(list(options))
    cloned = []
    for vote in votes:
        pair = rng.sample([original, "clone"], 2)
        cloned.append(tuple(name for one in vote for name in (pair if one == original else [one])))
    before = set(rule.winners(options, votes, seats))
    after = set(rule.winners([*options, "clone"], cloned, seats))
    others = set(options) - {original}
    return before & others != after & others or (original in before) != bool(after & {original, "clone"})


def _monotonicity(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
    """A winner stops winning because one voter raises it (or approves of it too)."""
    winner = rng.choice(rule.winners(options, votes, seats))
    voter = rng.randrange(len(votes))
    raised = list(votes)
    vote = votes[voter]
    if not rule.ranked:
        raised[voter] = (*vote, winner) if winner not in vote else vote
    elif winner in vote and (place := vote.index(winner)):
        up = list(vote)
        up[place - 1], up[place] = up[place], up[place - 1]
        raised[voter] = tuple(up)
    return winner not in rule.winners(options, raised, seats)


def _represents(check: str) -> Check:
    def broken(rule: Rule, options: Sequence[str], votes: Votes, seats: int, rng: Random) -> bool:
        from abcvoting import properties
        from abcvoting.preferences import Profile

        profile = Profile(len(options))
        for vote in votes:
            profile.add_voter([options.index(name) for name in vote])
        won = [options.index(name) for name in rule.winners(options, votes, seats)]
        return not getattr(properties, check)(profile, won)

    return broken


AXIOMS: dict[str, Check] = {
    "anonymity": _anonymity,
    "neutrality": _neutrality,
    "pareto": _pareto,
    "condorcet": _condorcet,
    "condorcet loser": _condorcet_loser,
    "clones": _clones,
    "monotonicity": _monotonicity,
    "jr": _represents("check_JR"),
    "ejr": _represents("check_EJR"),
}
"""The axioms by name."""
