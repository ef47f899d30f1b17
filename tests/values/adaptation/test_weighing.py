"""Weights: within their bounds whatever the losses, apart by context, and never on what breaks a floor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.errors import InputError
from eudaimon.values.adaptation import Weights, hedge_bound, share_bound, tuned
from eudaimon.values.adaptation.planted import draw, run

OPTIONS = ("a", "b", "c")
ROWS = st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=2, max_size=60)


def suffered(weights: Weights, rows: list[tuple[float, float, float]]) -> float:
    return sum(weights.learn("here", dict(zip(OPTIONS, row, strict=True))) for row in rows)


@settings(max_examples=150)
@given(ROWS)
def test_hedges_regret_is_within_its_bound_whatever_the_losses(rows: list[tuple[float, float, float]]) -> None:
    weights = Weights(OPTIONS, eta=float(np.sqrt(8 * np.log(3) / len(rows))))
    regret = suffered(weights, rows) - float(np.array(rows).sum(0).min())
    assert regret <= hedge_bound(len(rows), 3) + 1e-9


@settings(max_examples=150)
@given(ROWS, st.integers(0, 59))
def test_fixed_shares_regret_against_any_two_in_turn_is_within_its_bound(
    rows: list[tuple[float, float, float]], at: int
) -> None:
    at %= len(rows)
    eta, alpha = tuned(max(len(rows), 3), 3, 1)
    best = sum(float(part.sum(0).min()) for part in (np.array(rows)[:at], np.array(rows)[at:]) if len(part))
    assert suffered(Weights(OPTIONS, eta, alpha), rows) - best <= share_bound(len(rows), 3, 1, eta, alpha) + 1e-9


@given(st.integers(10, 3000), st.integers(2, 9), st.integers(1, 8), st.floats(0.5, 2), st.floats(0.5, 2))
def test_tuning_makes_the_bound_least(rounds: int, options: int, shifts: int, a: float, b: float) -> None:
    eta, alpha = tuned(rounds, options, shifts)
    best = share_bound(rounds, options, shifts, eta, alpha)
    assert best <= share_bound(rounds, options, shifts, eta * a, min(0.99, alpha * b)) + 1e-9


def test_contexts_are_learnt_apart() -> None:
    weights = Weights(OPTIONS, 1.0)
    before = weights.of("there")
    weights.learn("here", {"a": 0.0, "b": 1.0, "c": 1.0})
    assert weights.choose("here") == "a"
    assert weights.of("there") == before


@given(ROWS)
def test_what_breaks_a_floor_never_has_weight_and_its_loss_is_never_asked(
    rows: list[tuple[float, float, float]],
) -> None:
    weights = Weights(OPTIONS, 1.0, 0.1, breaks=lambda cell, option: option == "c")
    for row in rows:
        weights.learn("here", {"a": row[0], "b": row[1]})
        assert set(weights.of("here")) == {"a", "b"}
        assert sum(weights.of("here").values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Weights(("a",), 1.0), "two options at least"),
        (lambda: Weights(OPTIONS, 0.0), "eta must be positive"),
        (lambda: Weights(OPTIONS, 1.0).learn("x", {"a": 1.0, "b": 0.5}), "the loss of c is missing"),
        (lambda: Weights(OPTIONS, 1.0).learn("x", {"a": 2.0, "b": 0.5, "c": 0.0}), "the loss of a"),
        (lambda: Weights(OPTIONS, 1.0, breaks=lambda cell, option: True).of("x"), "offer one that breaks none"),
    ],
)
def test_what_cannot_be_weighed_is_refused(wrong: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        wrong()  # type: ignore[operator]


def test_after_a_planted_shift_the_weights_follow_within_bound_and_floors_and_settle() -> None:
    shift = draw(np.random.default_rng(4), rounds=1000)
    courses = {way: run(shift, way, 5) for way in ("static", "hedge", "share", "share without floors", "restarted")}
    eta, alpha = tuned(1000, 4, 4)
    assert courses["share"].regret <= 3 * share_bound(1000, 4, 1, eta, alpha)
    assert courses["share"].after <= 0.5 * courses["static"].after
    assert courses["share"].adapted <= 3 * courses["restarted"].adapted
    assert courses["share"].breaches == 0.0
    assert courses["share without floors"].breaches > 100
    assert courses["static"].adapted == float("inf")
