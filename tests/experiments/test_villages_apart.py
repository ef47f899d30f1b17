"""Claims on villages: charters that are told against charters that are enforced, one charter against many."""

import numpy as np
import pytest

from eudaimon.experiments import customs, enforcement
from eudaimon.experiments.enforcement import Court, _day
from eudaimon.governance.kernel import STEPS, Do
from eudaimon.worlds.pasture import SEASONS, SHARES, Bans

QUIET = lambda done, of, what: None  # noqa: E731


def test_the_court_sanctions_step_by_step_and_the_mirror_keeps_out_whom_the_kernel_keeps_out() -> None:
    court, mirror, rng = Court(), Bans.none((1, SHARES)), np.random.default_rng(3)
    for season in range(SEASONS):
        banned = np.asarray([court.banned(season)])
        assert (banned == mirror.now(season)).all()
        found = (rng.random((1, SHARES)) < 0.15) & ~banned
        mirror.add(found, season)
        for herder in np.flatnonzero(found[0]):
            court.sanction(int(herder), season)
    assert max(court.kernel.state.gravest(f"herder {n}", _day(SEASONS)) for n in range(SHARES)) == len(STEPS)
    assert not court.kernel.rule(Do("herder 0", "graze"), _day(SEASONS)).allowed or not mirror.now(SEASONS)[0, 0]


def test_enforcement_reports_every_arm_in_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WORLDS": 3, "LIVES": 2, "TRIED": 1, "PAYS": (0.0, 2.0), "GUILTS": (0.5,)}.items():
        monkeypatch.setattr(enforcement, name, value)
    units = enforcement.run(None, QUIET)
    found = enforcement.analyse(units)
    assert {one.name for one in enforcement.REGISTRATION.criteria} == set(found.estimates)
    assert len([name for name in found.controls if name.startswith("harm, ")]) == 2 * len(enforcement.ARMS)
    assert found.controls["seasons in which kernel and mirror differ"] == 0.0
    assert all(unit[enforcement._cell(2.0, 0.5, "enforced")]["harm"] >= 0 for unit in units)


def test_charters_decide_as_they_were_written_for_all_villages_or_for_each() -> None:
    wanted = np.random.default_rng(0).random((customs.VILLAGES, customs.QUESTIONS)) < 0.5
    for arm in (*customs.CENTRAL, "polycentric"):
        assert (customs.resolved(wanted, arm) == wanted).all()


@pytest.mark.parametrize("custom", [0.5, 2.0])
def test_a_planner_is_as_sure_as_it_may_be_of_what_villages_have_in_common_and_of_what_they_have_not(
    custom: float,
) -> None:
    rng, thought, true = np.random.default_rng(1), [], []
    for _ in range(300):
        leaning = rng.normal(0, customs.SHARED, 12) + custom * rng.normal(0, 1, (5, 12))
        share = (rng.random((5, 60, 12)) < customs._logistic(leaning)[:, None]).mean(1)
        votes = customs._asked(rng, share, np.broadcast_to(0.5 * rng.normal(size=12), share.shape))
        thought.append(customs.estimated(votes, custom, wording=0.5) - 0.5)
        true.append(share - 0.5)
    for part in (lambda x: x.mean(1), lambda x: x - x.mean(1, keepdims=True)):
        told, fact = part(np.asarray(thought)).ravel(), part(np.asarray(true)).ravel()
        assert (told @ fact) / (told @ told) == pytest.approx(1.0, abs=0.05)  # the slope of fact over what is thought


def test_planners_choose_what_is_best_where_votes_say_all_there_is_to_know() -> None:
    votes = np.where(np.random.default_rng(1).random((customs.VILLAGES, customs.QUESTIONS)) < 0.5, 15, 0)
    thought = customs.estimated(votes, custom=9.0, wording=0.0)
    assert ((customs._good(thought, 0.0) > 0.5) == (votes > 7)).all()
    assert (customs.maximin(thought, 0.0) == (votes > 7)).all()
    alike = customs._good(thought, 0.8) > 0.5
    assert (alike == alike[:1]).mean() > (votes == votes[:1]).mean() + 0.1
    share = np.random.default_rng(2).random((5, 12))
    fair, good = customs.maximin(share, 0.5), customs._good(share, 0.5) > 0.5
    assert customs.villages(share, fair[None], 0.5).min() > customs.villages(share, good[None], 0.5).min()
    assert customs.villages(share, fair[None], 0.5).mean() < customs.villages(share, good[None], 0.5).mean()


def test_villages_flourish_most_where_each_has_what_its_people_would_have() -> None:
    share = np.asarray([[0.9] * 12, [0.1] * 12, [0.9] * 12, [0.1] * 12, [0.9] * 12])
    own, uniform = (customs.flourishing(share, decided, 0.2) for decided in (share > 0.5, np.ones((5, 12), dtype=bool)))
    assert own["worst"] > uniform["worst"] + 0.3
    assert own["stances"] == pytest.approx(np.exp(-0.6 * np.log(0.6) - 0.4 * np.log(0.4)))
    assert uniform["stances"] == pytest.approx(1.0, abs=1e-6)


def test_customs_reports_what_was_registered_and_where_it_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customs, "WORLDS", 12)
    monkeypatch.setattr(customs, "CUSTOMS", (0.0, 1.0))
    units = customs.run(None, QUIET)
    found = customs.analyse(units)
    assert {one.name for one in customs.REGISTRATION.criteria} == set(found.estimates)
    assert found.estimates["flourishing, polycentric - uniform"].low > 0
    assert found.note.count("externality") == 4 * len(customs.SPILLS)
    assert customs.world(5, 1.0, 0.2, 0.5) == customs.world(5, 1.0, 0.2, 0.5)


def test_deputies_spare_deadlock_and_cost_security_and_one_key_is_as_it_was() -> None:
    acts = [customs.acts(seed) for seed in range(60)]
    mean = {name: float(np.nanmean([one[name] for one in acts])) for name in acts[0]}
    assert mean["deadlock, kin 0.5"] <= mean["deadlock, kin 0.9"] <= mean["deadlock, one key"]
    assert mean["latency, kin 0.5"] < mean["latency, one key"]
    assert all(one["capture of the commons, log cost over one key"] <= 0 for one in acts)
    assert mean["deadlock, one key"] == pytest.approx(0.1, abs=0.06)
