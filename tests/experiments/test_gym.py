"""The gym's claims: what is registered is what is asked, and the arms do what they are called."""

import math

import numpy as np
import pytest
import torch

from eudaimon.experiments import floors, goodhart, homeostasis, tradeoffs
from eudaimon.experiments.arms import crowd

QUIET = lambda done, of, what: None  # noqa: E731


def test_thresholds_of_goodhart_are_those_of_the_plan() -> None:
    asked = [(one.sense, one.threshold) for one in goodhart.REGISTRATION.criteria]
    assert asked == [(">", 0.0), (">", 0.0), ("<", 0.0), ("<", 0.0)]
    assert {one.judged for one in goodhart.REGISTRATION.criteria} == {"bound"}


def test_development_worlds_are_others_than_confirmatory_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []
    monkeypatch.setattr(goodhart, "world", lambda kind, tail, seed: seeds.append(seed) or {})
    goodhart.GOODHART.rehearse(None, QUIET)
    confirmed = len(seeds)
    goodhart.GOODHART.run(None, QUIET)
    assert max(seeds[:confirmed]) < 100 <= 1000 <= min(seeds[confirmed:])


def test_a_world_is_analysed_into_what_was_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goodhart, "RESPONSES", 512)
    monkeypatch.setattr(goodhart, "CONTEXTS", 3)
    units = [
        {goodhart._cell(k, t): goodhart.world(k, t, seed) for k in goodhart.KINDS for t in goodhart.TAILS}
        for seed in (0, 1)
    ]
    found = goodhart.analyse(units)
    assert set(found.estimates) == {one.name for one in goodhart.REGISTRATION.criteria}
    light = units[0]["more, light tails"]
    assert light["single"]["best of n"]["gold"][-1] > light["single"]["best of n"]["gold"][0] > 0.3
    assert light["single"]["best of n"]["turn"] is None
    assert light["council"]["rl"]["reach"] < light["ensemble"]["rl"]["reach"]


def test_voices_that_are_all_content_press_no_further() -> None:
    scores = np.array([[[3.0, 5.0, -3.0]], [[2.0, 9.0, 9.0]]])
    first, second, broken = goodhart.enough(scores)[0]
    assert first == second == 0.0
    assert broken < -1


def test_a_turnover_that_was_not_seen_is_no_later_one() -> None:
    def arm(turn: float | None) -> dict[str, object]:
        return {"best of n": {"turn": turn, "reach": 6.6}}

    for ours, theirs, verdict in ((None, None, 0), (None, 5.0, 0), (None, 3.0, 1), (4.0, 2.0, 1), (1.0, 2.5, -1)):
        assert goodhart._later({"council": arm(ours), "ensemble": arm(theirs)}) == verdict
    assert math.isinf(goodhart.TAILS[0])


def test_thresholds_of_floors_are_those_of_the_plan() -> None:
    assert [(one.sense, one.threshold) for one in floors.REGISTRATION.criteria] == [("<=", 0.01), (">", 0.0)]


def test_a_priced_floor_is_kept_where_it_is_learned_and_good_alone_breaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "CONTEXTS", 60)
    monkeypatch.setattr(floors, "STEPS", 300)
    units = [{"2000": floors.world(seed, 2000)} for seed in (0, 1)]
    for unit in units:
        arms = unit["2000"]
        assert arms["before"]["harm"] == pytest.approx(0.05, abs=0.02)
        assert arms["floor and good"]["learned harm where it learned"] < 0.02
        assert arms["good only"]["harm"] > 0.1
        assert arms["good only"]["good"] > arms["floor and good"]["good"] > arms["floor only"]["good"]
        assert arms["good only"]["price"] == 0.0
    found = floors.analyse(units)
    assert found.testable
    assert set(found.estimates) == {one.name for one in floors.REGISTRATION.criteria}


def test_where_nothing_presses_a_floor_is_not_tested() -> None:
    arm = {"harm": 0.0, "good": 1.0, "trials": 0, "nats": 1.0, "price": 0.0}
    calm = {**arm, "learned harm where it learned": 0.0, "learned harm elsewhere": 0.0}
    units = [{"2000": dict.fromkeys(("before", *floors.ARMS), calm)}] * 2
    assert not floors.analyse(units).testable


def test_thresholds_of_tradeoffs_are_those_of_the_plan() -> None:
    assert [(one.sense, one.threshold) for one in tradeoffs.REGISTRATION.criteria] == [(">", 0.0)] * 3
    assert tradeoffs.SEEDS == 30
    assert [len(set(grid)) for grid in tradeoffs.GRIDS.values()] == [18, 18]


def test_members_of_a_crowd_learn_each_for_itself() -> None:
    rng = torch.Generator().manual_seed(0)
    apart = torch.randn(2, 50, 4, generator=rng)
    pairs = crowd.Judgements(apart, -apart, torch.ones(2, 50))
    alone = crowd.Judgements(apart, torch.cat([-apart[:1], apart[1:]]), torch.ones(2, 50))
    ends = []
    for one in (pairs, alone):
        chance = torch.Generator().manual_seed(1)
        members = crowd.Crowd(2, 4, chance)
        crowd.learn_pairs(members, one, 1.0, 0.01, 20, chance)
        ends.append(members(torch.eye(4)).detach())
    assert torch.equal(ends[0][0], ends[1][0])
    assert not torch.equal(ends[0][1], ends[1][1])


def test_policies_are_stretched_to_one_distance_and_rewards_are_found() -> None:
    features = torch.randn(3, 20, 5, generator=torch.Generator().manual_seed(0))
    chance = torch.Generator().manual_seed(2)
    members, gold = crowd.Crowd(4, 5, chance), features[..., 0]
    crowd.learn_rewards(members, features, gold.expand(4, -1, -1), 0.3, 0.01, 150, chance)
    scores = crowd.logits(members, features)
    far, worth = crowd.judged(crowd.at_distance(scores, 0.5), gold)
    assert far.numpy() == pytest.approx(0.5, abs=1e-3)
    best = crowd.judged(crowd.at_distance(gold[None], 0.5), gold)[1]
    assert (worth > 0.85 * best).all()
    assert (worth <= best + 1e-3).all()


def test_a_turn_is_a_fall_that_was_seen() -> None:
    far = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    assert tradeoffs.turn(far, np.array([0, 0.4, 0.6, 0.5, 0.4]), 2.0) == 1.0
    assert tradeoffs.turn(far, np.array([0, 0.4, 0.6, 0.59, 0.58]), 2.0) == np.inf
    assert tradeoffs.turn(far, np.array([0, 0.4, 0.6, 0.5, 0.4]), 1.0) == np.inf


@pytest.mark.slow
def test_a_world_of_tradeoffs_is_analysed_into_what_was_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in {"SEEDS": 4, "TUNING_SEEDS": 2, "PAIR_STEPS": 40, "FAR_STEPS": 60, "POLICY_STEPS": 20}.items():
        monkeypatch.setattr(tradeoffs, name, small)
    monkeypatch.setattr(tradeoffs, "GRIDS", dict.fromkeys(("RLHF", "DPO"), (tradeoffs.Setting(0.01, 0.01, 0.1),)))
    units = [tradeoffs.world(seed) for seed in (0, 1)]
    assert units[0] == tradeoffs.world(0)
    found = tradeoffs.analyse(units)
    assert set(found.estimates) == {one.name for one in tradeoffs.REGISTRATION.criteria}
    assert found.estimates["gold lost without a principle"].value > 0


def test_thresholds_of_homeostasis_are_those_of_the_plan() -> None:
    asked = [(one.sense, one.threshold) for one in homeostasis.REGISTRATION.criteria]
    assert asked == [("<=", 0.081), ("<", 0.0), ("<", 0.0), ("<=", 0.0), (">=", 0.95)]


def test_no_state_of_the_published_body_is_perfect() -> None:
    from eudaimon.worlds.homeostasis import published

    assert homeostasis.certificate(published()) < 0.5


@pytest.mark.long
def test_models_are_analysed_into_what_was_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homeostasis, "TRIALS", 1)
    monkeypatch.setattr(homeostasis, "SWEEP", (homeostasis.GRABBERS,))
    units = homeostasis.run(None, QUIET, first=0, count=2)
    found = homeostasis.analyse(units)
    assert set(found.estimates) == {one.name for one in homeostasis.REGISTRATION.criteria}
    assert found.controls["out of band, published body, nothing"].value > 0.6
    assert found.controls["out of band, published body, random alone"].value > 0.9
