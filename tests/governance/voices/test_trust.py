"""Who counts how much where nobody keeps a roll: copies share a voice, and who is not on a roll has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from eudaimon.errors import GovernanceError
from eudaimon.governance.voices import attack, choose_slate, enrolled, find_groups, plane, tally, trust, with_sybils


def test_copies_share_one_voice_and_people_of_their_own_mind_keep_theirs() -> None:
    opinions, _ = planted(noise=0.3)
    attacked = with_sybils(opinions, 0.15, target=7, strategy="bloc")
    weights, honest = trust(attacked), len(opinions.participants)
    assert weights[honest:].sum() < 0.35 * (len(weights) - honest)
    assert np.median(weights[:honest]) > 0.6
    assert weights.min() > 0
    assert weights.max() <= 1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(0, 100))
def test_however_often_a_voter_is_copied_the_copies_weigh_about_as_much_as_one(copies: int, seed: int) -> None:
    opinions, _ = planted(sizes=(20, 15), seen=1.0, noise=0.4, seed=seed)
    rows = [*range(35), *([0] * copies)]
    weights = trust(opinions.only(voters=rows))
    assert weights[0] + weights[35:].sum() <= 1.2


def test_weights_of_one_change_nothing() -> None:
    opinions, _ = planted()
    ones = np.ones(len(opinions.participants))
    plain, weighed = find_groups(opinions), find_groups(opinions, weights=ones)
    np.testing.assert_array_equal(plain.labels, weighed.labels)
    np.testing.assert_allclose(plane(opinions).axes, plane(opinions, ones).axes)
    np.testing.assert_allclose(tally(opinions, plain.labels, ones).consensus, tally(opinions, plain.labels).consensus)
    assert choose_slate(opinions, plain.labels, 5, ones) == choose_slate(opinions, plain.labels, 5)


def test_a_weight_of_two_is_as_good_as_two_voters() -> None:
    opinions, _ = planted(sizes=(20, 15), seen=1.0)
    labels = np.zeros(35, dtype=np.int64)
    doubled = opinions.only(voters=[*range(35), 0])
    weights = np.ones(35)
    weights[0] = 2.0
    np.testing.assert_allclose(tally(opinions, labels, weights).consensus, tally(doubled).consensus)


def test_false_voters_who_vote_alike_move_less_where_trust_is_weighed() -> None:
    opinions, _ = planted(noise=0.3)
    for strategy in ("push", "bloc"):
        plain, weighed = attack(opinions, 12, strategy), attack(opinions, 12, strategy, weigh=trust)
        assert weighed.moved < plain.moved


def test_who_is_not_on_the_roll_is_left_out_and_that_is_noted() -> None:
    opinions, _ = planted(sizes=(20, 15))
    attacked = with_sybils(opinions, 0.2, target=3, strategy="push")
    kept = enrolled(attacked, set(opinions.participants))
    np.testing.assert_array_equal(kept.votes, opinions.votes)
    assert kept.notes == ("7 of 42 participants are not on the roll, and are left out",)
    assert enrolled(opinions, set(opinions.participants)).notes == ()
    with pytest.raises(GovernanceError, match="none of 35 participants is on the roll of 1"):
        enrolled(opinions, {"nobody"})


def test_noise_hides_false_voters_from_each_other() -> None:
    opinions, _ = planted()
    alike, noisy = (with_sybils(opinions, 0.1, 7, "push", noise=noise) for noise in (0.0, 0.5))
    assert trust(noisy)[-10:].sum() > 2 * trust(alike)[-10:].sum()


def test_false_voters_who_cast_a_tenth_by_chance_are_still_known_by_what_their_like_say() -> None:
    opinions, _ = planted(noise=0.3)
    for strategy in ("push", "bloc"):
        attacked, honest = with_sybils(opinions, 0.15, 7, strategy, noise=0.1), len(opinions.participants)
        weights = trust(attacked)
        assert weights[honest:].mean() < 0.6 * weights[:honest].mean()
