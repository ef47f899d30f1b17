"""The family of power means: the axioms that it is chosen for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.values.flourishing import FAMILY, power_mean, power_means

LEVELS = st.lists(st.floats(0.001, 1.0), min_size=2, max_size=7)
PS = st.one_of(st.sampled_from(FAMILY), st.floats(-30, 5))
CLOSE = {"rel": 1e-6, "abs": 1e-9}


@given(LEVELS, PS)
def test_it_lies_between_the_worst_and_the_best(x: list[float], p: float) -> None:
    assert min(x) * (1 - 1e-6) <= power_mean(x, p) <= max(x) * (1 + 1e-6)


@given(LEVELS, PS, st.randoms())
def test_domains_are_exchangeable(x: list[float], p: float, rng: object) -> None:
    y = list(x)
    rng.shuffle(y)  # type: ignore[attr-defined]
    assert power_mean(y, p) == pytest.approx(power_mean(x, p), **CLOSE)


@given(LEVELS, PS, st.integers(0, 6), st.floats(0.0, 1.0))
def test_no_domain_that_gets_better_makes_it_worse(x: list[float], p: float, which: int, gain: float) -> None:
    better = list(x)
    better[which % len(x)] += gain
    assert power_mean(better, p) >= power_mean(x, p) * (1 - 1e-9)


@given(LEVELS, PS, st.floats(0.01, 1.0))
def test_it_scales_with_its_levels(x: list[float], p: float, by: float) -> None:
    assert power_mean([by * one for one in x], p) == pytest.approx(by * power_mean(x, p), **CLOSE)


@given(LEVELS, st.floats(-30, 5), st.floats(0.01, 5))
def test_a_smaller_p_cares_more_for_the_worst_off(x: list[float], p: float, more: float) -> None:
    assert power_mean(x, p) <= power_mean(x, p + more) * (1 + 1e-9)


@given(LEVELS, st.sampled_from([p for p in FAMILY if p <= 0]), st.integers(0, 6))
def test_nothing_makes_up_for_a_domain_at_zero(x: list[float], p: float, which: int) -> None:
    values = []
    for least in (1e-3, 1e-6, 1e-9, 0.0):
        hurt = list(x)
        hurt[which % len(x)] = min(least, hurt[which % len(x)])
        values.append(power_mean(hurt, p))
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0.0
    assert values[-2] < 0.06


def test_a_plain_mean_does_make_up_for_it() -> None:
    assert power_mean([1.0, 1.0, 0.0], 1.0) == pytest.approx(2 / 3)


@given(LEVELS, st.floats(0.05, 1.0))
def test_a_fairer_share_of_the_same_is_never_worse(x: list[float], how: float) -> None:
    mean = sum(x) / len(x)
    fairer = [one + how * (mean - one) for one in x]
    for p in (p for p in FAMILY if p <= 1):
        assert power_mean(fairer, p) >= power_mean(x, p) * (1 - 1e-9)


@given(LEVELS)
def test_it_is_continuous_at_the_geometric_mean_and_tends_to_the_least(x: list[float]) -> None:
    assert power_mean(x, 1e-6) == pytest.approx(power_mean(x, 0.0), rel=1e-3)
    assert power_mean(x, -5000.0) == pytest.approx(power_mean(x, -math.inf), rel=2e-3)


def test_what_is_no_level_is_refused() -> None:
    for wrong in ([], [math.nan, 1.0], [-0.1, 1.0]):
        with pytest.raises(ValueError, match="from 0 on"):
            power_mean(wrong, 0.0)
    assert power_means([[0.5, 0.5], [0.2, 0.8]], 1.0).tolist() == [0.5, 0.5]
