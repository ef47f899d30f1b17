"""Exact worlds hold together, and their chance is what the recipe says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.errors import InputError
from eudaimon.worlds.exact import (
    ErrorLaw,
    ExactWorld,
    Featuring,
    Pairs,
    Recipe,
    Wording,
    draw,
    draw_featured,
    preference,
)


def test_a_world_is_the_same_under_the_same_seed_and_another_under_another() -> None:
    one, same, other = (draw(Recipe(objectives=2, proxies=3), seed) for seed in (1, 1, 2))
    assert np.array_equal(one.proxies, same.proxies)
    assert not np.array_equal(one.gold, other.gold)


@pytest.mark.parametrize("conflict", [0.0, 0.5, 1.0, 1.5])
def test_objectives_go_together_as_the_recipe_says(conflict: float) -> None:
    world = draw(Recipe(contexts=10, responses=5000, objectives=3, conflict=conflict), 0)
    found = np.corrcoef(world.gold.reshape(3, -1))
    assert found[np.triu_indices(3, 1)] == pytest.approx(np.full(3, 1 - conflict), abs=0.02)


def test_objectives_that_conflict_to_the_utmost_sum_to_nothing() -> None:
    world = draw(Recipe(responses=100, objectives=3, conflict=1.5), 3)
    assert np.abs(world.gold.sum(0)).max() < 1e-7


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9, 1.0])
def test_normal_errors_are_correlated_to_the_share_that_they_have_in_common(shared: float) -> None:
    errors = ErrorLaw(shared=shared).draw(np.random.default_rng(0), 4, (40_000,))
    assert np.corrcoef(errors)[np.triu_indices(4, 1)] == pytest.approx(np.full(6, shared), abs=0.02)
    assert errors.std() == pytest.approx(1, abs=0.02)


def test_heavy_tails_are_heavier_than_light_ones() -> None:
    far = [np.mean(np.abs(ErrorLaw(tail=t).draw(np.random.default_rng(0), 1, (50_000,))) > 8) for t in (2.0, math.inf)]
    assert far[0] > 0.005
    assert far[1] == 0


def test_preferences_are_certain_of_both_ways_together_and_follow_the_reward() -> None:
    reward = np.array([[0.0, 1.0, -2.0]])
    chances = preference(reward)
    assert chances + np.swapaxes(chances, 1, 2) == pytest.approx(np.ones((1, 3, 3)))
    assert chances[0, 1, 0] == pytest.approx(1 / (1 + math.exp(-1)))


def test_drawn_pairs_are_two_different_responses_judged_as_often_as_the_law_says() -> None:
    world = draw(Recipe(contexts=2, responses=3, sharpness=0.5), 5)
    pairs = Pairs.drawn(world, world.gold[0], 60_000, np.random.default_rng(0))
    assert (pairs.chosen != pairs.rejected).all()
    for c, a, b in ((0, 0, 1), (1, 2, 0)):
        won = np.sum((pairs.contexts == c) & (pairs.chosen == a) & (pairs.rejected == b))
        lost = np.sum((pairs.contexts == c) & (pairs.chosen == b) & (pairs.rejected == a))
        assert won / (won + lost) == pytest.approx(preference(world.gold[0])[c, a, b], abs=0.03)


def test_flipped_labels_are_flipped_as_often_as_is_said() -> None:
    world = draw(Recipe(contexts=1, responses=2), 5)
    sure = np.array([[100.0, -100.0]])
    pairs = Pairs.drawn(world, sure, 20_000, np.random.default_rng(0), flipped=0.2)
    assert np.mean(pairs.chosen == 1) == pytest.approx(0.2, abs=0.01)
    first, rest = pairs.split(0.25)
    assert (len(first), len(rest)) == (5000, 15_000)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3))
def test_every_response_has_a_text_of_its_own_that_leads_back_to_it(contexts: int, letters: int, length: int) -> None:
    wording = Wording(contexts, letters, length)
    texts = wording.all_responses()
    assert [wording.place(text) for text in texts] == list(range(wording.responses))
    assert [wording.response(place) for place in range(wording.responses)] == texts
    assert wording.place("c0") is None


def _parts(**change: object) -> dict[str, np.ndarray]:
    whole = {
        "contexts": np.ones(1),
        "reference": np.array([[0.5, 0.5]]),
        "gold": np.zeros((1, 1, 2)),
        "proxies": np.zeros((0, 1, 1, 2)),
    }
    return {**whole, **change}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"gold": np.zeros((1, 2))}, "gold must be (K, C, R)"),
        ({"proxies": np.zeros((1, 1, 1, 3))}, "proxies must be (P, K, C, R)"),
        ({"contexts": np.ones(2) / 2}, "contexts must be (C,)"),
        ({"reference": np.array([[0.5, 0.6]])}, "reference must be positive and sum to 1"),
        ({"gold": np.full((1, 1, 2), np.nan)}, "must be finite"),
    ],
)
def test_a_world_that_does_not_hold_together_is_refused(change: dict[str, np.ndarray], told: str) -> None:
    with pytest.raises(InputError) as error:
        ExactWorld(**_parts(**change))
    assert told in str(error.value)


def test_a_world_that_is_too_large_to_enumerate_is_refused() -> None:
    with pytest.raises(InputError, match="at most 100,000"):
        draw(Recipe(contexts=101, responses=1000), 0)


@pytest.mark.parametrize("bad", [{"contexts": 0}, {"objectives": 3, "conflict": 1.6}, {"conflict": -0.1}])
def test_a_recipe_for_no_world_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"world needs|can conflict"):
        Recipe(**bad)  # type: ignore[arg-type]


def test_laws_and_wordings_that_make_no_sense_are_refused() -> None:
    for shared, tail in ((1.5, 2.0), (0.5, 0.0)):
        with pytest.raises(ValueError, match="error law needs"):
            ErrorLaw(tail=tail, shared=shared)
    with pytest.raises(ValueError, match="wording needs"):
        Wording(1, 27, 1)


def test_gold_is_made_by_its_own_features_alone() -> None:
    made = draw_featured(Featuring(contexts=6, responses=50, features=9, objectives=2, each=3), seed=1)
    flat = made.features.reshape(-1, 9)
    for objective, gold in enumerate(made.world.gold):
        own = slice(3 * objective, 3 * objective + 3)
        _, missed, *_ = np.linalg.lstsq(flat[:, own], gold.ravel(), rcond=None)
        assert missed[0] < 1e-20 * len(flat)
        assert np.abs(np.corrcoef(np.c_[gold.ravel(), flat[:, 6:]].T)[0, 1:]).max() < 0.2
        assert gold.std() == pytest.approx(1)
    with pytest.raises(ValueError, match="need as many"):
        Featuring(features=5, objectives=2, each=3)


def test_heavy_features_have_the_variance_of_light_ones() -> None:
    light, heavy = (draw_featured(Featuring(10, 500, 30, tail=tail), 0).features for tail in (math.inf, 5.0))
    assert heavy.std() == pytest.approx(light.std(), rel=0.05)
    assert np.abs(heavy).max() > 2 * np.abs(light).max()
