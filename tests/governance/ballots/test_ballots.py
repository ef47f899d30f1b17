"""Rules keep what they claim over fuzzed profiles, agree with their libraries, and the fuzz finds false claims."""

from random import Random

import pytest

from eudaimon.errors import BallotError
from eudaimon.governance.ballots import RULES, draw_profile, find_rule, violations

FEW = {"beat path": 60, "pav": 60, "equal shares": 60}
MANY = 100_000


@pytest.mark.parametrize("name", RULES)
def test_a_rule_keeps_the_axioms_that_it_claims(name: str) -> None:
    assert list(violations(RULES[name], FEW.get(name, 250))) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [name for name in RULES if name not in FEW])
def test_a_rule_keeps_its_axioms_over_very_many_profiles(name: str) -> None:
    assert next(violations(RULES[name], MANY, seed=1), None) is None


@pytest.mark.parametrize(
    ("name", "axiom"),
    [
        ("plurality", "condorcet"),
        ("plurality", "condorcet loser"),
        ("plurality", "clones"),
        ("borda", "clones"),
        ("borda", "condorcet"),
    ],
)
def test_the_fuzz_finds_axioms_that_rules_are_known_to_break(name: str, axiom: str) -> None:
    assert next(violations(RULES[name], 3000, axioms=[axiom]), None) is not None


@pytest.mark.slow
def test_borda_and_plurality_are_pref_votings_on_full_rankings() -> None:
    from pref_voting.profiles import Profile
    from pref_voting.voting_methods import borda, plurality

    rng = Random(4)
    for _ in range(150):
        options, votes = draw_profile(rng, ranked=True)
        full = [vote for vote in votes if len(vote) == len(options)]
        if full:
            profile = Profile([[options.index(name) for name in vote] for vote in full])
            for rule, theirs in ((RULES["borda"], borda), (RULES["plurality"], plurality)):
                assert rule.winners(options, full, 1) == tuple(sorted(options[int(i)] for i in theirs(profile)))


def test_split_cycle_elects_what_a_circle_leaves() -> None:
    votes = [*[tuple("abc")] * 4, *[tuple("bca")] * 3, *[tuple("cab")] * 2]
    assert RULES["split cycle"].winners("abc", votes, 1) == ("a",)


def test_an_unknown_rule_names_those_that_there_are() -> None:
    with pytest.raises(BallotError, match="split cycle"):
        find_rule("dictator")
