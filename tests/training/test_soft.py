"""Soft choice: rules are what their formulas say, and the selector asks where scores cannot tell."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.training.oracles import quantilizer
from eudaimon.training.soft import RULES, bon_curve, choose, fit_goodhart, hill, read, rl_curve
from eudaimon.training.soft.goodhart import bon_divergence
from eudaimon.training.soft.rules import greedy, pessimist, top_share
from eudaimon.training.soft.sweep import Cell, cells, draw_cell, fixed, selected
from eudaimon.worlds.exact import ErrorLaw

seeds = st.integers(0, 1000)


def scores(seed: int, proxies: int = 3, prompts: int = 5, candidates: int = 12) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((proxies, prompts, candidates))


@given(seeds)
def test_every_rule_gives_probabilities_and_does_not_look_at_scale_or_order(seed: int) -> None:
    some = scores(seed)
    order = np.random.default_rng(seed).permutation(some.shape[-1])
    for rule in RULES:
        chances = rule.choose(some)
        assert chances.sum(-1) == pytest.approx(np.ones(5))
        assert (chances >= 0).all()
        assert rule.choose(10 * some) == pytest.approx(chances, abs=1e-6)
        assert rule.choose(some[..., order]) == pytest.approx(chances[:, order], abs=1e-9)


def test_pressure_bounds_what_is_looked_at() -> None:
    some = scores(1)
    for rule in RULES:
        assert (choose(some, rule, 4)[:, 4:] == 0).all()
        assert choose(some, rule) == pytest.approx(rule.choose(some))


@given(seeds, st.sampled_from([0.05, 0.2, 0.5, 1.0]))
def test_a_quantilizer_of_candidates_is_the_exact_one_over_them(seed: int, q: float) -> None:
    worth = scores(seed)[0]
    exact = quantilizer(np.full(worth.shape, 1 / worth.shape[1]), worth, max(q, 1 / worth.shape[1]))
    assert top_share(worth, max(q, 1 / worth.shape[1])) == pytest.approx(exact, abs=1e-9)


@given(seeds, st.floats(0.1, 3))
def test_the_pessimist_is_the_optimum_under_a_chi_squared_penalty(seed: int, beta: float) -> None:
    worth, rng = scores(seed)[0][:1], np.random.default_rng(seed)
    count = worth.shape[-1]

    def value(policy: np.ndarray) -> float:
        return float((policy * worth).sum() - beta * count / 2 * (policy**2).sum())

    best = value(pessimist(worth, beta))
    for other in rng.dirichlet(np.ones(count), 50):
        assert value(other[None]) <= best + 1e-9


def test_equal_scores_are_chosen_alike() -> None:
    assert greedy(np.array([[1.0, 1.0, 0.0]])).tolist() == [[0.5, 0.5, 0.0]]


@given(st.integers(1, 500))
def test_best_of_n_is_as_far_from_its_reference_as_the_formula_says(n: int) -> None:
    grid = (np.arange(200_000) + 0.5) / 200_000  # quantiles of a continuous score
    density = n * grid ** (n - 1)
    exact = float(np.mean(np.where(density > 0, density * np.log(np.maximum(density, 1e-300)), 0)))
    assert bon_divergence(n) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("tail", [2.0, 3.0])
def test_hill_reads_heavy_tails(tail: float) -> None:
    found = hill(np.random.default_rng(0).standard_t(tail, 100_000), share=0.005)
    assert found == pytest.approx(tail, rel=0.15)


def test_light_tails_read_lighter_than_heavy_ones_and_few_values_are_refused() -> None:
    rng = np.random.default_rng(0)
    assert hill(rng.standard_normal(20_000)) > 4 > hill(rng.standard_t(2, 20_000))
    with pytest.raises(ValueError, match="at least 20"):
        hill(np.zeros(19))


def test_errors_apart_are_read_from_differences_and_those_together_are_not() -> None:
    light, heavy = (draw_cell(Cell(math.inf, ErrorLaw(2.0, share)), 0).scores for share in (1.0, 0.0))
    assert read(heavy).apart < 3
    assert read(heavy).agreement < read(light).agreement


def test_scores_alone_cannot_tell_heavy_gold_from_heavy_errors_and_labels_can() -> None:
    same = [Cell(math.inf, ErrorLaw(2.0, 1.0)), Cell(2.0, ErrorLaw(math.inf, 1.0))]
    kept = {0: [], 200: []}
    for cell in same:
        for labels, shares in kept.items():
            drawn = draw_cell(cell, 5)
            shares.append(selected(drawn, labels, 0)[2] / max(fixed(drawn).values()))
    assert min(kept[0]) < 0.6  # whichever it chooses, one of the two cells is lost
    assert min(kept[200]) > 0.75


def test_the_sweep_holds_both_cells_that_scores_cannot_tell_apart() -> None:
    names = [cell.name for cell in cells()]
    assert len(set(names)) == len(names) == 24
    assert {"gold tinf, error t2, shared 0.9", "gold t2, error tinf, shared 0.9"} <= set(names)


def test_the_selector_is_the_same_under_the_same_seed() -> None:
    drawn = draw_cell(Cell(math.inf, ErrorLaw(3.0, 0.5)), 1, prompts=20, candidates=64)
    assert selected(drawn, 50, 3) == selected(drawn, 50, 3)


@pytest.mark.parametrize(("form", "curve"), [("best of n", bon_curve), ("rl", rl_curve)])
def test_each_form_is_found_again_and_foresees_better_than_the_others(form: str, curve: object) -> None:
    d = np.linspace(0.05, 3, 60)
    gold = curve(d, 1.0, 0.4) + 0.01 * np.random.default_rng(0).standard_normal(60)  # type: ignore[operator]
    beyond = d > 2
    fits = {f: fit_goodhart(d, gold, beyond, f) for f in ("best of n", "rl", "linear", "quadratic")}  # type: ignore[arg-type]
    assert min(fits, key=lambda f: fits[f].error) == form
    assert fits[form].coefficients == pytest.approx((1.0, 0.4), abs=0.03)
    peak = 1.0 / 0.8 if form == "best of n" else math.exp(1.0 / 0.4 - 1)
    assert fits[form].peak == pytest.approx(peak, rel=0.1)


def test_what_never_turns_has_no_peak() -> None:
    d = np.linspace(0.1, 2, 20)
    assert math.isinf(fit_goodhart(d, d + d**2, d > 1.5, "best of n").peak)


@pytest.mark.slow
def test_the_selector_over_the_whole_sweep_with_the_cells_that_it_loses(capsys: pytest.CaptureFixture[str]) -> None:
    kept: dict[int, list[float]] = {0: [], 10: [], 50: [], 200: []}
    with capsys.disabled():
        for cell in cells():
            drawn = [draw_cell(cell, 1000 + seed) for seed in range(6)]
            tables = [fixed(one) for one in drawn]
            best = max(np.mean([table[key] for table in tables]) for key in tables[0])
            shares = {}
            for labels, all_cells in kept.items():
                shares[labels] = float(np.mean([selected(one, labels, n)[2] for n, one in enumerate(drawn)]) / best)
                all_cells.append(shares[labels])
            told = "  ".join(
                f"m={labels}: {share:.2f}{'' if share >= 0.9 else ' lost'}" for labels, share in shares.items()
            )
            print(f"\n  {cell.name:40} {told}", end="")
        held = {labels: sum(share >= 0.9 for share in every) for labels, every in kept.items()}
        print(f"\n  cells within a tenth of the best fixed rule, of 24: {held}", end="")
    assert held[200] >= 20
    assert held[0] < held[200]
