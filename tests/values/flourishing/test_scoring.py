"""Scoring: planted levels are recovered, careless answers are found out, and doubt is told as doubt."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import check_grad

from eudaimon.errors import FormatError, InputError
from eudaimon.values.flourishing import TOP, Fit, differential, fit, items, ontology, profiles
from eudaimon.values.flourishing.graded import MISSING, Items, log_likelihood, probabilities, slopes_of
from eudaimon.values.flourishing.ontology import SHIPPED
from eudaimon.values.flourishing.planted import KINDS, Planted, plant
from eudaimon.values.flourishing.posterior import Population, posterior

ITEMS = items(ontology())
DOMAIN = [domain for domain, _ in ITEMS]
SIGN = [1 if item.keyed == "with" else -1 for _, item in ITEMS]


def recovered(planted: Planted, levels: np.ndarray, who: np.ndarray) -> float:
    """Mean over domains of the correlation with what was planted."""
    return float(np.mean([np.corrcoef(levels[who, d], planted.level[who, d])[0, 1] for d in range(7)]))


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant(ontology(), 700, np.random.default_rng(5))


@pytest.fixture(scope="module")
def fitted(planted: Planted) -> Fit:
    return fit(planted.answers, DOMAIN, SIGN, TOP)


def test_the_ontology_covers_every_domain_theory_and_need_with_three_items_a_domain() -> None:
    domains = ontology()
    facets = [facet for domain in domains for facet in domain.facets]
    assert [len(domain.items) for domain in domains] == [3] * 7
    assert {theory for facet in facets for theory in facet.theories} == {"hedonist", "desire", "list", "nature"}
    assert {facet.sdt for facet in facets} >= {"autonomy", "competence", "relatedness"}
    assert {facet.perma for facet in facets} >= {"positive emotion", "relationships", "meaning", "accomplishment"}
    assert len({item.text for _, item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: heavy-days", "id: glad-days", "'glad-days' is taken"),
        ("low., keyed: against", "low.", "'happiness' needs items keyed both ways"),
        ("theories: [list]", "theories: [stoic]", "theories|stoic"),
    ],
)
def test_an_ontology_that_is_not_in_order_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=words) as caught:
        ontology(path)
    assert caught.value.line is not None


def test_derivatives_of_the_graded_model_are_those_of_its_likelihood() -> None:
    threshold = np.array([[-1.0, 0.0, 0.4, 2.0]])
    for answer in range(5):
        given = np.array([[answer]])
        cost = lambda x, given=given: float(log_likelihood(x[None], threshold, given).sum())  # noqa: E731
        slope = lambda x, given=given: slopes_of(x[None], threshold, given)[0].ravel()  # noqa: E731
        assert check_grad(cost, slope, np.array([0.3])) < 1e-6
        step = 1e-4
        numeric = (slope(np.array([0.3 - step])) - slope(np.array([0.3 + step]))) / (2 * step)
        assert slopes_of(np.array([[0.3]]), threshold, given)[1].ravel() == pytest.approx(numeric, rel=1e-4)
    assert probabilities(np.array([[0.3]]), threshold).sum() == pytest.approx(1.0)


def test_planted_levels_are_recovered_better_than_by_sums(planted: Planted, fitted: Fit) -> None:
    read, every = planted.kind < 3, planted.kind >= 0
    keyed = fitted.answers
    sums = np.stack([keyed[:, np.array(DOMAIN) == d].mean(1) for d in range(7)], axis=1)
    levels = fitted.posterior.mean
    assert recovered(planted, levels, read) >= 0.90
    assert recovered(planted, levels, read) > recovered(planted, sums, read) + 0.01
    assert recovered(planted, levels, every) > recovered(planted, sums, every) + 0.02


def test_the_careless_are_found_and_hardly_anybody_else(planted: Planted, fitted: Fit) -> None:
    found = fitted.posterior.reading < 0.5
    assert found[planted.kind == KINDS.index("careless")].mean() >= 0.9
    assert found[planted.kind != KINDS.index("careless")].mean() <= 0.02
    assert fitted.people.careless == pytest.approx((planted.kind == 3).mean(), abs=0.03)


def test_agreeing_with_everything_is_not_taken_for_faring_well(planted: Planted, fitted: Fit) -> None:
    lean = fitted.posterior.mode[:, -1]
    assert lean[planted.kind == 1].mean() > lean[planted.kind == 0].mean() + 0.6
    error = fitted.posterior.mean - planted.level
    assert abs(error[planted.kind == 1].mean() - error[planted.kind == 0].mean()) < 0.15


def test_intervals_hold_what_they_promise(planted: Planted, fitted: Fit) -> None:
    read = planted.kind < 3
    away = np.abs(fitted.posterior.mean - planted.level)[read] / fitted.posterior.deviation[read]
    assert 0.84 <= (away < 1.645).mean() <= 0.94


def test_the_posterior_is_that_of_a_grid_in_one_dimension() -> None:
    one = Items(np.array([0, 0]), np.array([1.0, -1.0]), np.array([1.5, 2.5]), np.array([[-1.0, 0.5], [-0.5, 1.0]]))
    people = Population(np.zeros((1, 2)), np.diag([1.0, 1e-6]), 0.0)
    answers = np.array([[2, 1], [0, 0], [1, MISSING]])
    found = posterior(answers, one, people)
    grid = np.linspace(-6, 6, 4001)
    for row, mean, deviation in zip(answers, found.mean[:, 0], found.deviation[:, 0], strict=True):
        eta = grid[:, None] * one.slope
        log = log_likelihood(eta, one.threshold, np.tile(row, (len(grid), 1))).sum(1) - grid**2 / 2
        mass = np.exp(log - log.max())
        mass /= mass.sum()
        exact = float(mass @ grid)
        assert mean == pytest.approx(exact, abs=0.12)
        assert deviation == pytest.approx(float(np.sqrt(mass @ (grid - exact) ** 2)), abs=0.08)


def test_missing_answers_tell_nothing_and_widen_the_interval(planted: Planted) -> None:
    some = planted.answers.copy()
    some[:, [0, 1]] = np.where(np.random.default_rng(0).random((len(some), 2)) < 0.5, MISSING, some[:, [0, 1]])
    found = fit(some, DOMAIN, SIGN, TOP, rounds=5).posterior
    gone = (some[:, [0, 1]] == MISSING).all(1)
    assert found.deviation[gone, 0].mean() > found.deviation[~gone, 0].mean() + 0.1


def test_a_profile_comes_first_and_the_figure_last(fitted: Fit) -> None:
    profile = next(profiles(fitted, ontology()))
    lines = str(profile).splitlines()
    assert [line.split()[0] for line in lines[:7]] == [domain.id for domain in ontology()]
    assert lines[7].startswith("power mean, p = 1: ")
    assert all(level.low <= level.value <= level.high for level in profile.levels)
    values = [value for _, value, _, _ in profile.welfare]
    assert values == sorted(values, reverse=True)
    assert values[-1] <= profile.worst.value + 0.02


def test_who_did_not_read_gets_a_profile_that_says_so(planted: Planted, fitted: Fit) -> None:
    found = [profile.reliable for profile in profiles(fitted, ontology(), draws=20)]
    assert np.mean(np.array(found)[planted.kind == 3]) <= 0.1


def test_an_item_that_functions_otherwise_in_a_group_is_found() -> None:
    planted = plant(ontology(), 800, np.random.default_rng(3), impact=0.4, shifted={4: 0.9})
    found = differential(fit(planted.answers, DOMAIN, SIGN, TOP, planted.group, rounds=6))
    assert found[4].p < 0.001
    assert found[4].shift == pytest.approx(0.9, abs=0.4)
    assert sum(one.p < 0.05 for one in found if one.item != 4) <= 4


@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda x: x[:30], "30 persons are too few"), (lambda x: x + 1, "answers go from 0 to 10")],
)
def test_answers_that_cannot_be_fitted_are_refused(
    planted: Planted, change: Callable[[np.ndarray], np.ndarray], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        fit(change(planted.answers), DOMAIN, SIGN, TOP)
