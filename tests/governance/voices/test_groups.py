"""Opinion groups: planted ones are found, and map, groups and statistics are those of red-dwarf, another's code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted
from sklearn.metrics import adjusted_rand_score

from eudaimon.governance.voices import Opinions, Statement, consensus, find_groups, plane, representative, tally


def dwarf(opinions: Opinions, count: int | None = None):
    """What red-dwarf makes of the same votes."""
    from reddwarf.implementations.base import run_pipeline

    votes = [
        {"participant_id": i, "statement_id": j, "vote": int(opinions.votes[i, j]), "modified": 0}
        for i, j in np.argwhere(~np.isnan(opinions.votes))
    ]
    return run_pipeline(votes=votes, random_state=0, force_group_count=count)


@pytest.mark.parametrize("sizes", [(60, 40), (60, 40, 30), (50, 45, 40, 35)])
@pytest.mark.parametrize("seed", range(3))
def test_planted_groups_are_found(sizes: tuple[int, ...], seed: int) -> None:
    opinions, truth = planted(sizes, seed=seed)
    found = find_groups(opinions)
    inside = found.labels >= 0
    assert adjusted_rand_score(truth[inside], found.labels[inside]) >= (0.9 if len(sizes) < 4 else 0.6)
    assert sum(found.sizes) == inside.sum()
    assert found.sizes == tuple(sorted(found.sizes, reverse=True))


def test_the_map_is_red_dwarfs_up_to_the_direction_of_its_axes() -> None:
    opinions, _ = planted((40, 30))
    theirs = dwarf(opinions)
    points = np.asarray([theirs.participant_projections[i] for i in range(70)])
    ours = plane(opinions).points
    for axis in range(2):
        sign = np.sign(points[:, axis] @ ours[:, axis])
        np.testing.assert_allclose(ours[:, axis], sign * points[:, axis], atol=1e-8)


@pytest.mark.parametrize("seed", range(2))
def test_groups_and_their_statistics_are_red_dwarfs(seed: int) -> None:
    opinions, _ = planted((40, 30), seen=0.7, seed=seed)
    ours, theirs = find_groups(opinions), dwarf(opinions)
    labels = theirs.participants_df["cluster_id"].to_numpy(dtype=float)
    assert adjusted_rand_score(labels, ours.labels) == 1.0
    swap = [int(labels[ours.labels == g][0]) for g in range(ours.count)]
    tallies, stats = tally(opinions, ours.labels), theirs.group_comment_stats
    for group, name in enumerate(swap):
        rows = stats.loc[name]
        for column, found in (
            ("na", tallies.agree.votes), ("nd", tallies.disagree.votes), ("ns", tallies.seen),
            ("pa", tallies.agree.share), ("pd", tallies.disagree.share), ("pat", tallies.agree.test),
            ("pdt", tallies.disagree.test), ("ra", tallies.agree.repness), ("rd", tallies.disagree.repness),
            ("rat", tallies.agree.repness_test), ("rdt", tallies.disagree.repness_test),
        ):  # fmt: skip
            np.testing.assert_allclose(found[group], rows[column].to_numpy(dtype=float), atol=1e-9, err_msg=column)
    gac = [theirs.group_aware_consensus["agree"][j] for j in range(len(opinions.statements))]
    np.testing.assert_allclose(tallies.consensus, gac, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_for_groups_and_for_everybody_is_red_dwarfs_choice(seed: int) -> None:
    opinions, _ = planted((40, 30), seen=0.7, seed=seed)
    ours, theirs = find_groups(opinions), dwarf(opinions)
    labels = theirs.participants_df["cluster_id"].to_numpy(dtype=float)
    tallies = tally(opinions, ours.labels)
    for group, found in enumerate(representative(opinions, tallies)):
        name = int(labels[ours.labels == group][0])
        chosen = {(one["tid"], one["repful-for"]) for one in theirs.repness[name]}
        assert {(one.statement, one.side) for one in found} == chosen
    for side, found in consensus(opinions).items():
        metric = [one.share * one.test for one in found]
        assert metric == sorted(metric, reverse=True)
        assert {one.statement for one in found} == {one["tid"] for one in theirs.consensus[side]}


def test_who_voted_too_little_is_in_no_group_and_the_most_active_are_taken_where_few_are() -> None:
    opinions, _ = planted((20, 20), seen=1.0)
    votes = opinions.votes.copy()
    votes[:3, 5:] = np.nan
    votes[3] = np.nan
    few = Opinions(opinions.participants, opinions.statements, votes)
    assert set(np.flatnonzero(find_groups(few).labels < 0)) == {0, 1, 2, 3}
    small = few.only(voters=range(12))
    assert set(np.flatnonzero(find_groups(small).labels < 0)) == {3}


def test_people_who_all_vote_alike_are_one_group() -> None:
    votes = np.ones((20, 9))
    found = find_groups(Opinions(tuple(map(str, range(20))), tuple(Statement(str(j)) for j in range(9)), votes))
    assert (found.count, found.sizes, dict(found.silhouettes)) == (1, (20,), {})


def test_a_conversation_without_votes_or_people_has_no_group() -> None:
    silent = Opinions(("a", "b"), (Statement("0"),), np.full((2, 1), np.nan))
    assert find_groups(silent).count == 0
    assert tally(silent, find_groups(silent).labels).seen.shape == (0, 1)
    assert find_groups(Opinions((), (), np.zeros((0, 0)))).count == 0


def test_statements_that_were_moderated_out_move_nobody() -> None:
    opinions, _ = planted((30, 20))
    out = (Statement("0", moderated=-1), *opinions.statements[1:])
    votes = opinions.votes.copy()
    votes[:, 0] = np.random.default_rng(1).choice([-1.0, 1.0], size=50)
    one = Opinions(opinions.participants, out, votes)
    other = Opinions(opinions.participants, out, np.where(np.arange(30) == 0, -votes, votes))
    np.testing.assert_allclose(plane(one).points, plane(other).points)
    assert abs(plane(one).axes[:, 0]).max() < 1e-12


def test_others_are_assigned_to_the_group_that_they_vote_like() -> None:
    opinions, truth = planted((80, 60))
    fitted, held = np.arange(0, 140, 2), np.arange(1, 140, 2)
    found = find_groups(opinions.only(voters=fitted))
    assigned = found.assign(opinions.only(voters=held))
    assert adjusted_rand_score(truth[held], assigned) > 0.9


votes_of = st.integers(2, 12).flatmap(
    lambda n: st.integers(1, 9).flatmap(
        lambda m: st.lists(
            st.lists(st.sampled_from([1.0, 0.0, -1.0, float("nan")]), min_size=m, max_size=m), min_size=n, max_size=n
        )
    )
)


@given(votes_of)
def test_whatever_was_voted_there_is_a_grouping_and_its_tallies_add_up(votes: list[list[float]]) -> None:
    matrix = np.asarray(votes)
    opinions = Opinions(
        tuple(map(str, range(len(matrix)))), tuple(Statement(str(j)) for j in range(matrix.shape[1])), matrix
    )
    found = find_groups(opinions)
    assert np.isfinite(found.plane.points).all()
    tallies = tally(opinions, found.labels)
    assert (tallies.agree.votes + tallies.disagree.votes <= tallies.seen).all()
    np.testing.assert_array_equal(tallies.seen.sum(axis=0), (~np.isnan(matrix[found.labels >= 0])).sum(axis=0))
    assert np.isfinite(tallies.agree.metric).all()
    for group in representative(opinions, tallies):
        assert len({one.statement for one in group}) == len(group) <= 5


def test_consensus_weighted_by_size_is_that_of_one_group_where_all_groups_agree_alike() -> None:
    votes = np.ones((30, 8))
    votes[::3] = -1
    opinions = Opinions(tuple(map(str, range(30))), tuple(Statement(str(j)) for j in range(8)), votes)
    labels = np.repeat([0, 1], 15)
    np.testing.assert_allclose(tally(opinions, labels).weighted_consensus((15, 15)), 11 / 17)
    np.testing.assert_allclose(tally(opinions, labels).consensus, (11 / 17) ** 2)


def test_the_order_of_participants_changes_no_group() -> None:
    opinions, _ = planted((40, 30))
    shuffled = np.random.default_rng(3).permutation(70)
    there = find_groups(opinions.only(voters=shuffled)).labels
    assert adjusted_rand_score(find_groups(opinions).labels[shuffled], there) == 1.0
