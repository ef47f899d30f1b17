"""Power indices against their definitions, by brute force and by published values."""

from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.errors import InputError
from eudaimon.governance.kernel import Centre, Demand, State
from eudaimon.governance.power import audit, draw_power, game_of, monoculture, principles


def state_of(weights: list[int], quota: int, scope: str = "*") -> State:
    names = [f"c{i}" for i in range(len(weights))]
    centres = {name: Centre(name, f"{i:064x}", (scope,)) for i, name in enumerate(names)}
    demand = Demand("law", dict(zip(names, weights, strict=True)), quota)
    return State("l", centres, demands={"law": demand}, charters={"commons": "x"})


games = st.lists(st.integers(0, 5), min_size=1, max_size=5).flatmap(
    lambda weights: st.tuples(st.just(weights), st.integers(1, max(1, sum(weights))))
)


@given(games)
def test_shapley_shubik_is_the_share_of_orders_in_which_one_turns_the_coalition(game) -> None:
    weights, quota = game
    found = game_of(state_of(weights, quota), "law")
    turned = [0] * len(weights)
    orders = list(permutations(range(len(weights))))
    for order in orders:
        total = 0
        for i in order:
            if total < quota <= total + weights[i]:
                turned[i] += 1
            total += weights[i]
    assert list(found.shapley_shubik().values()) == pytest.approx([n / len(orders) for n in turned])


@given(games)
def test_capture_and_block_are_the_smallest_coalitions_that_win_and_that_stop(game) -> None:
    weights, quota = game
    found = game_of(state_of(weights, quota), "law")
    everybody = range(len(weights))

    def smallest(holds) -> int:
        sizes = [size for size in range(len(weights) + 1) for some in combinations(everybody, size) if holds(some)]
        return min(sizes, default=0)

    assert len(found.capture()) == smallest(lambda some: sum(weights[i] for i in some) >= quota)
    stops = smallest(lambda some: sum(w for i, w in enumerate(weights) if i not in some) < quota)
    assert len(found.block()) == stops


def test_the_textbooks_three_shareholders_have_the_power_that_it_says() -> None:
    """[51; 50, 49, 1]: Shapley-Shubik 2/3, 1/6, 1/6 and Banzhaf 3/5, 1/5, 1/5 (textbook values)."""
    found = game_of(state_of([50, 49, 1], 51), "law")
    assert list(found.shapley_shubik().values()) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert list(found.banzhaf().values()) == pytest.approx([3 / 5, 1 / 5, 1 / 5])
    assert found.vetoes() == ("c0",)


def test_overlapping_demands_all_have_to_be_met_and_incompetent_coalitions_do_not_win() -> None:
    state = state_of([1, 1, 1], 2)
    state.demands["l*"] = Demand("l*", {"c2": 1}, 1)
    assert "c2" in game_of(state, "law").vetoes()
    assert not game_of(state_of([1, 1], 1, scope="other"), "law").wins.any()


def test_the_chance_to_decide_is_the_binomial_for_equal_centres() -> None:
    found = game_of(state_of([1] * 5, 3), "law")
    expected = sum(
        np.prod([5 - i for i in range(k)]) / np.prod(range(1, k + 1)) * 0.9**k * 0.1 ** (5 - k) for k in (3, 4, 5)
    )
    assert found.decided(0.9) == pytest.approx(expected)


def test_an_audit_warns_of_who_decides_alone_and_of_deadlocks(tmp_path: Path) -> None:
    state = state_of([1, 1, 1], 2)
    told = audit(state, ("law", "other"))
    assert told[0].warnings == []
    assert any("alone decides" in warning for warning in told[1].warnings)
    state.left.update({"c0", "c1"})
    assert "deadlock for good" in audit(state, ("law",))[0].warnings[0]
    assert draw_power(told, tmp_path / "power.svg").stat().st_size > 1000
    with pytest.raises(InputError):
        draw_power(told, tmp_path / "power.gif")


def test_ostroms_principles_hold_where_centres_are_set_so_and_lack_where_not() -> None:
    lacking = {one.name for one in principles(state_of([1, 1], 1)) if not one.holds}
    assert lacking == {"boundaries", "local fit", "collective choice", "monitoring"}
    alone = state_of([1], 1)
    assert not {p.name: p.holds for p in principles(alone)}["conflict resolution"]
    good = State(
        "l",
        {
            "a": Centre("a", "0" * 64, ("sanction/*", "charter/*"), ("1" * 64,), charter="isle"),
            "b": Centre("b", "2" * 64, ("appeal/*", "charter/*")),
        },
        demands={"charter/*": Demand("charter/*", {"a": 1, "b": 1}, 2)},
        charters={"commons": "x", "isle": "y"},
    )
    assert all(one.holds for one in principles(good, witnesses=2))
    good.centres["a"] = Centre("a", "0" * 64, ("sanction/*",), appeal="a")
    assert "nobody else hears appeals against a" in [one.why for one in principles(good)]


def test_centres_that_all_hold_to_one_charter_are_a_monoculture() -> None:
    state = state_of([1, 1, 1], 2)
    assert monoculture(state) == 1.0
    state.charters["village"] = "y"
    state.centres["c0"] = Centre("c0", "f" * 64, ("*",), charter="village")
    assert monoculture(state) == pytest.approx(1 / 3)
