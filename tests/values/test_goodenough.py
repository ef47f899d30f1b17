"""The good-enough rule: pressure below the aspiration, none above it, and floors that are never traded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.values import Level, Standard

scores = st.floats(0, 1)
standards = st.tuples(scores, scores, scores, st.floats(0, 0.2)).map(
    lambda t: Standard(*sorted(t[:3])[:2], step=t[3], ceiling=max(t[:3]))
)


@given(standards, scores, scores)
def test_a_pair_is_absent_when_both_are_good_enough(standard: Standard, a: float, b: float) -> None:
    if min(a, b) >= standard.aspiration:
        assert standard.pair(a, b) is None


@given(standards, scores, scores)
def test_a_pair_never_prefers_the_worse_nor_one_below_the_floor(standard: Standard, a: float, b: float) -> None:
    chosen = standard.pair(a, b)
    if chosen is not None:
        better = (a, b)[chosen]
        assert better == max(a, b) > min(a, b)
        assert standard.judge(better) is not Level.BELOW_FLOOR


@given(standards, scores, scores)
def test_a_pair_does_not_depend_on_the_order_of_the_two(standard: Standard, a: float, b: float) -> None:
    there, back = standard.pair(a, b), standard.pair(b, a)
    assert there == back is None or (there is not None and back == 1 - there)


@given(standards, st.lists(scores, max_size=12))
def test_the_ratchet_moves_by_at_most_one_step_and_never_past_the_ceiling(
    standard: Standard, seen: list[float]
) -> None:
    after = standard.ratchet(seen).aspiration
    assert standard.aspiration <= after <= min(standard.ceiling, standard.aspiration + standard.step + 1e-12)


def test_the_ratchet_rises_only_on_evidence_and_does_not_fall() -> None:
    standard = Standard(aspiration=0.6, step=0.02)
    assert standard.ratchet([0.9] * 50).aspiration == pytest.approx(0.62)
    assert standard.ratchet([0.0, 1.0] * 2).aspiration == 0.6, "four mixed scores show nothing"
    assert standard.ratchet([0.1] * 50).aspiration == 0.6
    assert standard.ratchet([1.0]).aspiration == 0.6


def test_however_long_things_go_well_perfection_is_not_asked_for() -> None:
    standard = Standard(aspiration=0.6, ceiling=0.9)
    for _ in range(100):
        standard = standard.ratchet([1.0] * 30)
    assert standard.aspiration == 0.9


def test_what_cannot_be_scored_stands_below_the_floor_and_makes_no_pair_against_itself() -> None:
    assert Standard().judge(math.nan) is Level.BELOW_FLOOR


@pytest.mark.parametrize("wrong", [{"floor": 0.9, "aspiration": 0.5}, {"aspiration": 0.99}, {"step": -1.0}])
def test_a_standard_out_of_order_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="standard"):
        Standard(**wrong)
