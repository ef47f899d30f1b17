"""A shared pasture: what is lawful keeps it, what pays is found out, and who is kept out gains nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.worlds.pasture import ACTS, SEASONS, SHARES, Bans, Rules, draw_nature, learn, play
from eudaimon.worlds.pasture.watch import FALSE, chance, reports

NATURE = draw_nature(6, np.random.default_rng(1))
NOBODY = np.zeros((6, SHARES), dtype=bool)
STRICT = Rules(told=True, pay=2.0)
seasons = st.integers(0, 2**32).map(np.random.default_rng)


def test_lawful_shares_keep_the_pasture_where_it_is_and_the_most_takes_it_away() -> None:
    stock, bare = np.full(6, 0.6), np.full(6, 0.6)
    for _ in range(3 * SEASONS):
        stock = play(NATURE, STRICT, stock, np.zeros((6, SHARES), dtype=int), NOBODY).stock
        bare = play(NATURE, STRICT, bare, np.full((6, SHARES), ACTS.index((3, 0))), NOBODY).stock
    assert np.allclose(stock, 0.6)
    assert (bare < 0.3).all()


@given(seasons)
def test_who_is_kept_out_gains_nothing_and_the_honest_take_no_more(rng: np.random.Generator) -> None:
    banned = rng.random((6, SHARES)) < 0.3
    done = play(NATURE, STRICT, rng.random(6), rng.integers(len(ACTS), size=(6, SHARES)), banned)
    assert not done.gains[banned].any()
    assert not (done.named + done.unnamed)[banned | NATURE.honest].any()


@given(seasons)
def test_the_other_way_harms_as_much_and_is_no_breach_of_a_charter_that_does_not_name_it(
    rng: np.random.Generator,
) -> None:
    stock = rng.uniform(0.2, 0.9, 6)
    named, other = (
        play(NATURE, STRICT, stock, np.full((6, SHARES), ACTS.index(act)), NOBODY) for act in ((2, 0), (0, 2))
    )
    assert np.allclose(named.stock, other.stock)
    assert np.allclose(chance(NATURE, STRICT, ACTS.index((0, 2))), chance(NATURE, STRICT, 0))
    assert (chance(NATURE, Rules(True, 2.0, both=True), ACTS.index((0, 2))) > 3 * FALSE**2).all()


def test_reports_come_as_often_as_the_herders_are_told() -> None:
    rng = np.random.default_rng(0)
    done = play(NATURE, STRICT, np.full(6, 0.6), np.full((6, SHARES), ACTS.index((1, 0))), NOBODY)
    often = np.mean([reports(NATURE, STRICT, done, rng) for _ in range(2000)], axis=0)
    told = np.where(NATURE.honest, chance(NATURE, STRICT, 0), chance(NATURE, STRICT, ACTS.index((1, 0))))
    assert np.abs(often - told).max() < 0.05


def test_sanctions_rise_from_a_warning_that_takes_nothing_to_the_end() -> None:
    bans, found = Bans.none((1, 1)), np.ones((1, 1), dtype=bool)
    lasting = []
    for _ in range(4):
        bans.add(found, 0)
        lasting.append(int(bans.until[0, 0]))
    assert lasting == [0, 3, 8, SEASONS]


def tried(rules: Rules, enforced: bool) -> tuple[float, float]:
    """How many units of each sort learned herders take in a season, on average."""
    rng, bans = np.random.default_rng(2), Bans.none((6, SHARES))
    herders = learn(NATURE, rules, enforced, rng, lives=20)
    stock, named, unnamed = np.full(6, 0.6), [], []
    for season in range(SEASONS):
        done = play(NATURE, rules, stock, herders.choose(stock, bans.strikes), bans.now(season))
        bans.add(reports(NATURE, rules, done, rng) & enforced, season)
        stock, named, unnamed = done.stock, [*named, done.named.mean()], [*unnamed, done.unnamed.mean()]
    return float(np.mean(named)), float(np.mean(unnamed))


def test_without_profit_nobody_breaks_what_they_were_told_and_with_it_many_do() -> None:
    assert sum(tried(Rules(True, 0.0), enforced=False)) < 0.02
    assert tried(Rules(False, 2.0), enforced=False)[0] > 1


def test_watched_herders_take_less_in_the_way_that_is_watched() -> None:
    assert tried(Rules(True, 4.0), enforced=True)[0] < 0.5 * tried(Rules(True, 4.0), enforced=False)[0]
