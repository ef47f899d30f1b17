"""What the statistics must hold to: oracles from scipy or by hand, and simulations with a known truth."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eudaimon.errors import ExperimentError
from eudaimon.evals.statistics import (
    auroc,
    auroc_interval,
    binned,
    conditional_information,
    correlated,
    eta_squared,
    eta_squared_test,
    exactly,
    forecast,
    foreseeable,
    holm,
    information_test,
    interval,
    joint_counts,
    paired,
    permuted_tables,
    rate_lower,
    rate_upper,
    standardised,
    tost,
)

numbers = st.floats(-100, 100, allow_nan=False)
BIRTHS = [0, 0, 1, 1, 2, 2, 3, 3]


@given(st.lists(numbers, min_size=2, max_size=12))
def test_without_blocks_the_interval_is_scipys_t_interval(values: list[float]) -> None:
    ours = interval(values)
    spread = stats.sem(values)
    if spread > 1e-9:
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), spread)
        assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)
    assert ours.value == pytest.approx(float(np.mean(values)), abs=1e-9)


@given(st.lists(numbers, min_size=8, max_size=8), numbers)
def test_one_sided_p_values_are_scipys_and_add_up_to_one(values: list[float], threshold: float) -> None:
    ours = interval(values)
    if ours.error > 1e-6:
        oracle = stats.ttest_1samp(values, threshold, alternative="greater").pvalue
        assert ours.p_above(threshold) == pytest.approx(oracle, abs=1e-6)
        assert ours.p_above(threshold) + ours.p_below(threshold) == pytest.approx(1)


@pytest.mark.parametrize("births_deviation", [0.0, 0.5, 2.0])
def test_eight_lives_over_four_births_are_covered_in_95_percent_whatever_births_differ(births_deviation: float) -> None:
    rng = np.random.default_rng(1)
    births = rng.normal(0, births_deviation, (4000, 4))
    lives = births[:, BIRTHS] + rng.normal(0, 1, (4000, 8))
    covered = np.mean([(e := interval(list(row), BIRTHS)).low <= 0 <= e.high for row in lives])
    assert 0.935 <= covered <= 0.965


def test_a_plain_t_interval_covers_eight_unrelated_lives_and_too_few_of_related_ones() -> None:
    rng = np.random.default_rng(2)
    unrelated = rng.normal(0, 1, (4000, 8))
    related = rng.normal(0, 2, (4000, 4))[:, BIRTHS] + unrelated

    def coverage(rows: np.ndarray) -> float:
        return float(np.mean([(e := interval(list(row))).low <= 0 <= e.high for row in rows]))

    assert 0.935 <= coverage(unrelated) <= 0.965
    assert coverage(related) < 0.87


def test_pairing_removes_what_both_arms_share() -> None:
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 10, 8)
    ours, theirs = shared + rng.normal(0.1, 0.01, 8), shared + rng.normal(0, 0.01, 8)
    difference = paired(list(ours), list(theirs), BIRTHS)
    assert difference.low > 0.05
    assert difference.high < 0.15
    assert interval(list(ours), BIRTHS).low < 0


def test_arms_with_other_lives_and_single_lives_are_refused_by_name() -> None:
    with pytest.raises(ExperimentError, match="paired by life"):
        paired([1.0, 2.0], [1.0])
    with pytest.raises(ExperimentError, match="2 independent units and has 1"):
        interval([1.0, 2.0], ["birth 0", "birth 0"])
    with pytest.raises(ExperimentError, match="name one block"):
        interval([1.0, 2.0], ["birth 0"])


def test_an_exact_figure_is_on_one_side_of_a_threshold_or_on_the_other() -> None:
    assert exactly(0.2).p_above(0.1) == 0.0
    assert exactly(0.2).p_above(0.2) == 1.0
    assert exactly(0.2).p_below(0.3) == 0.0


@given(st.integers(0, 60), st.integers(1, 60))
def test_rates_have_the_bounds_of_scipys_exact_method(events: int, more: int) -> None:
    trials = events + more
    oracle = stats.binomtest(events, trials).proportion_ci(0.90, method="exact")
    assert rate_upper(events, trials) == pytest.approx(oracle.high)
    assert rate_lower(events, trials) == pytest.approx(oracle.low)
    assert rate_lower(events, trials) <= events / trials <= rate_upper(events, trials)


def test_rates_of_all_and_of_none_end_at_one_and_at_nought() -> None:
    assert rate_upper(5, 5) == 1.0
    assert rate_lower(0, 5) == 0.0
    with pytest.raises(ExperimentError, match="3 of 2"):
        rate_upper(3, 2)


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), min_size=1, max_size=8))
def test_holm_rejects_what_its_step_down_definition_rejects(p: dict[str, float]) -> None:
    adjusted = holm(p)
    assert list(adjusted) == list(p)
    for alpha in (0.01, 0.05, 0.2):
        ordered = sorted(p.values())
        first_kept = next((i for i, value in enumerate(ordered) if (len(p) - i) * value > alpha), len(p))
        assert sum(value <= alpha for value in adjusted.values()) == first_kept
    assert all(adjusted[name] >= p[name] for name in p)


def test_equivalence_is_found_where_it_is_planted_and_not_where_lives_are_too_noisy() -> None:
    rng = np.random.default_rng(4)
    near, noisy = list(rng.normal(0, 0.002, 8)), list(rng.normal(0, 0.05, 8))
    assert tost(near, margin=0.01).equivalent
    assert not tost(noisy, margin=0.01).equivalent
    lower = stats.ttest_1samp(noisy, -0.01, alternative="greater").pvalue
    upper = stats.ttest_1samp(noisy, 0.01, alternative="less").pvalue
    assert tost(noisy, margin=0.01).p == pytest.approx(max(lower, upper))


def test_equivalence_is_claimed_falsely_in_five_percent_at_the_very_margin() -> None:
    rng = np.random.default_rng(5)
    claimed = np.mean([tost(list(row), margin=1.0).equivalent for row in rng.normal(1.0, 0.5, (3000, 8))])
    assert 0.035 <= claimed <= 0.065


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=4, max_size=30))
def test_auroc_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[int, bool]]) -> None:
    positive, negative = [s for s, positive in scored if positive], [s for s, positive in scored if not positive]
    if not positive or not negative:
        with pytest.raises(ExperimentError, match="needs both classes"):
            auroc([s for s, _ in scored], [int(positive) for _, positive in scored])
        return
    won = sum((p > n) + (p == n) / 2 for p, n in itertools.product(positive, negative))
    ours = auroc([s for s, _ in scored], [int(positive) for _, positive in scored])
    assert ours == pytest.approx(won / len(positive) / len(negative))


def test_with_every_score_its_own_unit_the_error_is_delongs() -> None:
    rng = np.random.default_rng(6)
    labels = np.repeat([0, 1], [40, 60])
    scores = rng.normal(labels, 1.0)
    x, y = scores[labels == 1], scores[labels == 0]
    wins = (x[:, None] > y[None]).astype(float)
    delong = wins.mean(1).var(ddof=1) / 60 + wins.mean(0).var(ddof=1) / 40
    assert auroc_interval(scores, labels).error == pytest.approx(math.sqrt(delong), rel=0.02)


def test_aurocs_of_twin_pairs_are_covered_in_95_percent_although_twins_hang_together() -> None:
    rng = np.random.default_rng(7)
    truth = stats.norm.cdf(1 / math.sqrt(2 * (1 + 1)))
    pairs, labels = np.repeat(np.arange(60), 2), np.tile([0, 1], 60)
    hits = []
    for _ in range(600):
        scores = rng.normal(0, 1, 60)[pairs] + rng.normal(labels, 1.0)
        estimate = auroc_interval(scores, labels, list(pairs))
        hits.append(estimate.low <= truth <= estimate.high)
    assert 0.92 <= np.mean(hits) <= 0.975


def test_information_equals_the_definition_and_is_nought_for_independent_things() -> None:
    counts = np.array([[[4, 0], [0, 4]], [[2, 2], [2, 2]]])
    assert conditional_information(counts) == pytest.approx(0.5 * math.log(2))
    assert conditional_information(np.array([[[3, 6], [1, 2]]])) == pytest.approx(0.0, abs=1e-12)


@given(st.integers(0, 10_000))
def test_permuted_tables_keep_every_margin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, (3, 3, 4))
    drawn = permuted_tables(counts, 20, rng)
    assert (drawn >= 0).all()
    assert (drawn.sum(-1) == counts.sum(-1)).all()
    assert (drawn.sum(-2) == counts.sum(-2)).all()


def test_permuted_tables_are_distributed_as_permuting_the_labels_is() -> None:
    rng = np.random.default_rng(8)
    x, y, z = rng.integers(0, 3, 40), rng.integers(0, 2, 40), rng.integers(0, 2, 40)
    direct = conditional_information(permuted_tables(joint_counts(x, y, z), 4000, rng))
    by_hand = []
    for _ in range(1500):
        shuffled = y.copy()
        for stratum in (0, 1):
            shuffled[z == stratum] = rng.permutation(y[z == stratum])
        by_hand.append(conditional_information(joint_counts(x, shuffled, z)))
    assert stats.ks_2samp(direct, by_hand).pvalue > 0.001


def test_information_beyond_the_strata_is_found_and_information_through_them_is_not() -> None:
    rng = np.random.default_rng(9)
    z = rng.integers(0, 10, 1500)
    through = information_test(z % 3, (z + (rng.random(1500) < 0.1)) % 2, z, draws=999)
    beyond = information_test(x := rng.integers(0, 3, 1500), (x > 1) ^ (rng.random(1500) < 0.3), z)
    assert through.p > 0.01
    assert beyond.draws == 9999
    assert beyond.p == 1 / 10_000


def test_under_the_null_information_is_significant_in_five_percent() -> None:
    rng = np.random.default_rng(10)
    found = [
        information_test(rng.integers(0, 3, 120), rng.integers(0, 3, 120), rng.integers(0, 4, 120), 199, seed).p <= 0.05
        for seed in range(400)
    ]
    assert 0.025 <= np.mean(found) <= 0.085


def test_bins_are_of_about_equal_size_and_keep_ties_together() -> None:
    assert np.bincount(binned(np.arange(100), 4)).tolist() == [25, 25, 25, 25]
    assert len(set(binned([1, 1, 1, 1, 1, 2], 4)[:5])) == 1


def test_eta_squared_is_one_way_analysis_of_variance() -> None:
    rng = np.random.default_rng(11)
    groups = [rng.normal(m, 1, 6) for m in (0, 1, 3)]
    f = stats.f_oneway(*groups).statistic
    ours = eta_squared(np.concatenate(groups), list(np.repeat(["a", "b", "c"], 6)))
    assert ours == pytest.approx(f * 2 / (f * 2 + 15))


def test_eta_squared_of_three_pools_of_five_lives_averages_a_seventh_under_the_null() -> None:
    rng = np.random.default_rng(12)
    pools = list(np.repeat(["soldier", "pupil", "mother"], 5))
    permuted = eta_squared_test(rng.normal(size=(15, 1)), pools, draws=4000)
    assert permuted.null_mean == pytest.approx(2 / 14, abs=0.02)
    assert 0.3 <= permuted.null_95 <= 0.45


def test_eta_squared_finds_planted_pools_and_permutes_within_births_only() -> None:
    rng = np.random.default_rng(13)
    pools, births = list(np.tile(["a", "b", "c"], 5)), list(np.repeat(np.arange(5), 3))
    planted = np.tile([0.0, 1.0, 2.0], 5) + rng.normal(0, 0.3, 15)
    assert eta_squared_test(planted, pools, births, draws=999).p < 0.01
    by_birth = np.repeat(rng.normal(0, 5, 5), 3)
    assert eta_squared_test(by_birth, pools, births, draws=200).value == pytest.approx(0.0, abs=1e-9)


def test_profiles_of_many_acts_average_a_seventh_too_when_pools_are_permuted_within_seeds() -> None:
    rng = np.random.default_rng(14)
    pools, seeds = list(np.tile(["soldier", "pupil", "mother"], 5)), list(np.repeat(np.arange(5), 3))
    acts = rng.normal(size=(15, 30)) @ rng.normal(size=(30, 30))
    permuted = eta_squared_test(standardised(acts), pools, seeds)
    assert permuted.null_mean == pytest.approx(2 / 14, abs=0.04)
    assert permuted.draws == 9999
    lots = [eta_squared(standardised(rng.normal(size=(15, 30))), pools) for _ in range(200)]
    assert np.mean(lots) == pytest.approx(2 / 14, abs=0.01)


def test_standardised_acts_weigh_the_same_and_those_that_never_vary_are_left_out() -> None:
    rates = np.array([[0.001, 0.5, 10.0], [0.003, 0.5, 30.0], [0.005, 0.5, 20.0]])
    scaled = standardised(rates)
    assert scaled.shape == (3, 2)
    assert scaled.mean(axis=0) == pytest.approx([0, 0])
    assert (scaled**2).mean(axis=0) == pytest.approx([1, 1])
    assert standardised([[0.003, 9.0, 20.0]], rates)[0] == pytest.approx([0, 0], abs=1e-9)


def test_parts_that_add_up_are_foretold_and_who_sits_everywhere_counts_for_nothing() -> None:
    rng = np.random.default_rng(15)
    parts = rng.normal(size=(3, 7))
    seats = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]], dtype=float)
    common = rng.normal(size=7)
    found = forecast(common + seats[:, 1:] @ parts, seats, [1, 0, 1, 0])
    assert found == pytest.approx(common + parts[1])


def test_the_unseen_pool_is_foretold_from_its_members_share_in_the_seen_ones() -> None:
    # father, shadow, child, mother, anima in soldier, pupil and mother; then child and anima: worked out by hand
    seats = [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]]
    weights = np.array([-13, 8, 5]) / 21
    profiles = np.array([[1.0, 2.0], [0.0, -3.0], [2.0, 7.0]])
    expected = profiles.mean(axis=0) + weights @ (profiles - profiles.mean(axis=0))
    assert forecast(profiles, seats, [0, 0, 1, 0, 1]) == pytest.approx(expected)


def test_what_can_be_foreseen_at_best_is_what_a_forecast_of_independent_parts_comes_to() -> None:
    rng = np.random.default_rng(16)
    seats, unseen = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]]), np.array([0, 0, 1, 0, 1])
    parts = rng.normal(size=(5, 200_000))
    profiles = seats @ parts
    mean = profiles.mean(axis=0)
    r = correlated(forecast(profiles, seats, unseen) - mean, unseen @ parts - mean)
    assert r == pytest.approx(foreseeable(seats, unseen) ** 0.5, abs=0.01)
    assert foreseeable(seats, seats[0]) == pytest.approx(1.0)
    assert foreseeable(seats, seats.mean(axis=0)) == 0.0


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=9))
def test_correlation_is_scipys_and_nought_where_nothing_varies(pairs: list[tuple[float, float]]) -> None:
    x, y = zip(*pairs, strict=True)
    assert correlated(x, [1.0] * len(x)) == 0.0
    if np.std(x) > 1e-3 and np.std(y) > 1e-3:
        assert correlated(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-6)
