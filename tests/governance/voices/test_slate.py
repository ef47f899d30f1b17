"""Slates: no large like-minded minority goes without, whatever was voted; and what false voters can do to them."""

import numpy as np
import pytest
from abcvoting import preferences, properties
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices import (
    STRATEGIES,
    Opinions,
    Statement,
    attack,
    choose_slate,
    find_groups,
    is_justified,
    reversed_pairs,
    with_sybils,
)
from eudaimon.governance.voices.rivals import at_random, committee, divisive, maximin, most_approved, plurality


def profile_of(agrees: np.ndarray):
    """The same approvals for abcvoting."""
    profile = preferences.Profile(agrees.shape[1])
    for row in agrees:
        profile.add_voter([int(j) for j in np.flatnonzero(row)])
    return profile


approvals = st.integers(2, 9).flatmap(
    lambda m: st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=1, max_size=10)
)


@given(approvals, st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=200)
def test_every_slate_has_justified_representation_by_abcvotings_account(agree, size: int, groups: int) -> None:
    agrees = np.asarray(agree)
    if size > agrees.shape[1]:
        return
    votes = np.where(agrees, 1.0, -1.0)
    people = tuple(map(str, range(len(votes))))
    opinions = Opinions(people, tuple(Statement(str(j)) for j in range(votes.shape[1])), votes)
    labels = np.arange(len(votes)) % (groups + 1)
    slate = choose_slate(opinions, labels, size)
    assert len(set(slate.statements)) == size
    assert properties.check_JR(profile_of(agrees), list(slate.statements))
    assert is_justified(agrees, slate.statements)


@given(approvals, st.data())
def test_the_check_of_justified_representation_is_abcvotings(agree, data) -> None:
    agrees = np.asarray(agree)
    size = data.draw(st.integers(1, agrees.shape[1]))
    chosen = data.draw(st.permutations(range(agrees.shape[1])))[:size]
    assert is_justified(agrees, chosen) == properties.check_JR(profile_of(agrees), list(chosen))


def test_a_minority_of_a_kth_gets_a_statement_where_approval_gives_it_none() -> None:
    votes = np.full((10, 6), -1.0)
    votes[:6, :4], votes[6:, 4:] = 1.0, 1.0
    opinions = Opinions(tuple(map(str, range(10))), tuple(Statement(str(j)) for j in range(6)), votes)
    labels = np.asarray([0] * 6 + [1] * 4)
    slate = choose_slate(opinions, labels, 3)
    assert {4, 5} & set(slate.statements)
    assert not {4, 5} & set(most_approved(opinions, 3))
    assert (slate.represented, slate.lowest) == (1.0, 1.0)


def test_what_bridges_the_groups_is_chosen_before_what_divides_them() -> None:
    opinions, truth = planted((60, 40, 30), statements=30, seen=1.0)
    views = np.asarray([opinions.votes[truth == group].mean(axis=0) for group in range(3)])
    shared = set(np.flatnonzero(views.min(axis=0) > 0.5))
    assert set(choose_slate(opinions, truth, 4).statements) <= shared
    assert not set(divisive(opinions, 4)) & shared


def test_moderated_statements_are_never_chosen_and_too_few_are_refused() -> None:
    votes = np.ones((4, 3))
    statements = (Statement("0", moderated=-1), Statement("1", meta=True), Statement("2"))
    opinions = Opinions(tuple("abcd"), statements, votes)
    assert choose_slate(opinions, np.zeros(4, dtype=int), 1).statements == (2,)
    with pytest.raises(GovernanceError, match="there are 1 statements"):
        choose_slate(opinions, np.zeros(4, dtype=int), 2)
    with pytest.raises(GovernanceError, match="0 voters"):
        choose_slate(Opinions(("a",), (Statement("0"),), np.full((1, 1), np.nan)), np.zeros(1, dtype=int), 1)


def test_rivals_choose_what_their_names_say() -> None:
    opinions, truth = planted((30, 20), seen=0.8)
    for chosen in (
        plurality(opinions, 4), most_approved(opinions, 4), maximin(opinions, truth, 4), at_random(opinions, 4, 1)
    ):  # fmt: skip
        assert len(set(chosen)) == 4
    assert at_random(opinions, 4, 1) == at_random(opinions, 4, 1) != at_random(opinions, 4, 2)
    agrees = opinions.votes == 1
    assert properties.check_EJR(profile_of(agrees), list(committee(opinions, "equal-shares", 3)))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_tenth_of_false_voters_raise_their_target_and_do_not_get_it_chosen(strategy: str) -> None:
    opinions, _ = planted((60, 40, 30))
    found = attack(opinions, target=12, strategy=strategy)
    assert found.rank_after <= found.rank_before
    assert not found.chosen
    assert found.moved <= (0.05 if strategy == "mimic" else 0.25)
    assert found.moved_weighted <= 0.1


def test_sybils_are_added_and_honest_votes_stay_as_they_were() -> None:
    opinions, _ = planted((20, 10))
    attacked = with_sybils(opinions, 0.1, 3, "push")
    assert len(attacked.participants) == 33
    np.testing.assert_array_equal(attacked.votes[:30], opinions.votes)
    assert (attacked.votes[30:, 3] == 1).all()
    assert np.nanmax(np.delete(attacked.votes[30:], 3, axis=1)) == -1


def test_reversed_pairs_count_what_changed_places() -> None:
    assert reversed_pairs(np.asarray([1.0, 2.0, 3.0]), np.asarray([1.0, 2.0, 3.0])) == 0
    assert reversed_pairs(np.asarray([1.0, 2.0, 3.0]), np.asarray([3.0, 2.0, 1.0])) == 1
    assert reversed_pairs(np.asarray([1.0, 2.0, 3.0]), np.asarray([2.0, 1.0, 3.0])) == pytest.approx(1 / 3)


def test_groups_are_needed_for_a_slate_but_one_is_enough() -> None:
    opinions, _ = planted((12,), statements=8)
    assert len(choose_slate(opinions, find_groups(opinions).labels, 2).statements) == 2
