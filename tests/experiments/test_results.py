"""Verdicts follow from figures and thresholds alone; effort is matched; results are files that bear their name."""

import math
from pathlib import Path

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.evals.statistics import Estimate, exactly
from eudaimon.experiments.catalogue import APART, EXPERIMENTS, find, rows
from eudaimon.experiments.harness.effort import flops, require_equal, total
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding, Verdict, page_of, read_results, verdict, write_result
from eudaimon.language import Usage


def registration(*criteria: Criterion, **settings: object) -> Registration:
    return Registration("x", "c", "h", "m", criteria, "life", (), "a", **settings)  # type: ignore[arg-type]


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, error=(high - low) / 4, df=7, n=8)


AT_LEAST, AT_MOST = Criterion("gain", ">=", 0.03), Criterion("loss", "<=", 0.01)


def test_met_means_that_the_bound_and_not_the_value_is_on_the_right_side() -> None:
    ours = registration(AT_LEAST, per_family=False)
    assert verdict(ours, Finding({"gain": estimate(0.05, 0.03, 0.07)})) is Verdict.MET
    assert verdict(ours, Finding({"gain": estimate(0.05, 0.029, 0.07)})) is Verdict.MISSED
    assert AT_MOST.met(estimate(0.005, 0.001, 0.01))
    assert not AT_MOST.met(estimate(0.005, 0.001, 0.011))


def test_one_criterion_that_fails_fails_the_claim() -> None:
    ours = registration(AT_LEAST, AT_MOST, per_family=False)
    figures = {"gain": estimate(0.05, 0.04, 0.06), "loss": estimate(0.02, 0.0, 0.04)}
    assert verdict(ours, Finding(figures)) is Verdict.MISSED


def test_a_claim_whose_precondition_fails_is_not_testable_even_without_figures() -> None:
    assert verdict(registration(AT_LEAST), Finding({}, testable=False, note="no gain")) is Verdict.NOT_TESTABLE
    page = page_of(registration(AT_LEAST), Finding({}, testable=False), [], births={}, code="1", frozen="2", attempts=1)
    assert page["verdict"] == "not testable"
    assert page["value"] is None


def test_an_analysis_that_leaves_out_what_was_promised_is_refused() -> None:
    with pytest.raises(ExperimentError, match="lacks loss"):
        verdict(registration(AT_LEAST, AT_MOST), Finding({"gain": exactly(1.0)}))
    with pytest.raises(ExperimentError, match="its figure by family"):
        verdict(registration(AT_LEAST), Finding({"gain": exactly(1.0)}))


@pytest.mark.parametrize(("p", "met"), [(0.0009, True), (0.001, False), (0.5, False)])
def test_a_p_value_is_judged_by_itself(p: float, met: bool) -> None:
    criterion = Criterion("p", "<", 0.001, judged="p")
    assert criterion.met(exactly(p)) is met
    assert criterion.p(exactly(p)) == p


def test_how_a_criterion_is_judged_stands_behind_its_threshold() -> None:
    assert AT_LEAST.text == "gain >= 0.03 (95% bound)"
    assert Criterion("r", ">=", 0.7, judged="value").text == "r >= 0.7 (value)"
    assert Criterion("p", "<", 0.001, judged="p").text == "p < 0.001 (p-value)"


def test_p_values_point_the_way_the_criterion_does() -> None:
    far = estimate(0.2, 0.15, 0.25)
    low, high = AT_LEAST.p(far), AT_MOST.p(far)
    assert low is not None
    assert high is not None
    assert low < 0.001
    assert high > 0.999
    assert Criterion("r", ">=", 0.7, judged="value").p(far) is None


def test_a_registration_needs_a_criterion_and_confirmatory_villages() -> None:
    with pytest.raises(ValueError, match="needs a criterion"):
        registration()
    with pytest.raises(ValueError, match="first village of 1000"):
        registration(AT_LEAST, first_village=7)


def test_figures_that_are_no_numbers_become_null_in_json(tmp_path: Path) -> None:
    finding = Finding({"gain": exactly(0.1)}, controls={"nothing": math.nan})
    page = page_of(registration(AT_LEAST, per_family=False), finding, [], births={}, code="1", frozen="2", attempts=0)
    write_result(tmp_path / "x.json", page)
    assert read_results(tmp_path) == {"x": page}
    assert page["controls"] == {"nothing": None}


def test_a_result_under_another_name_or_cut_off_is_named(tmp_path: Path) -> None:
    (tmp_path / "sleep.json").write_text('{"name": "loop"}')
    with pytest.raises(ExperimentError, match="result of 'sleep'"):
        read_results(tmp_path)
    (tmp_path / "sleep.json").write_text('{"name": ')
    with pytest.raises(ExperimentError, match="is no result"):
        read_results(tmp_path)


def test_effort_is_twice_the_parameters_a_token_forward_and_four_times_backward() -> None:
    spent = total(Usage(encoded=10, decoded=5), Usage(trained=7))
    assert flops(spent, 100) == 2 * 100 * 15 + 6 * 100 * 7
    assert flops(Usage(trained=7), 100, trained=100) == flops(Usage(trained=7), 100)


def test_arms_that_cost_more_than_five_percent_apart_are_named() -> None:
    assert require_equal({"council": 100.0, "generic": 95.5}) == pytest.approx(0.045)
    with pytest.raises(ExperimentError, match=r"'generic' \(90\) and 'council' \(100\) are 10.0% apart"):
        require_equal({"council": 100.0, "generic": 90.0})


def test_every_claim_has_its_own_file_name_and_confirmatory_villages() -> None:
    assert [e.name for e in EXPERIMENTS] == [e.path.stem for e in EXPERIMENTS]
    ranges = [set(range(e.registration.first_village, e.registration.first_village + 100)) for e in EXPERIMENTS]
    assert len(set.union(*ranges)) == 100 * len(ranges)
    assert all(e.registration.lives <= 100 and e.registration.claim for e in EXPERIMENTS)


def test_thresholds_are_those_of_the_plan() -> None:
    asked = {e.name: {c.name: (c.sense, c.threshold) for c in e.registration.criteria} for e in EXPERIMENTS}
    assert len(asked) == 11
    assert all(bar == (">=", 0.03) for name, bar in asked["sleep"].items() if name.startswith("gain"))
    assert asked["sleep"]["loss on old skills"] == ("<=", 0.01)
    assert list(asked["loop"].values()) == [(">=", 0.03), ("<=", 0.02)]
    assert list(asked["surrender"].values()) == [(">=", 0.9), ("<=", 0.05), ("<=", 0.5)]
    assert list(asked["internalised"].values()) == [(">", 0.0)]
    assert list(asked["approval"].values()) == [("<", 0.0)]
    assert list(asked["validation"].values()) == 3 * [(">", 0.0)]
    assert list(asked["voices"].values()) == [(">", 0.0)]
    assert list(asked["pools"].values()) == [(">=", 0.5), ("<", 0.01), (">=", 0.7), ("<=", 0.0)]
    assert list(asked["inform"].values()) == [("<", 0.001), (">=", 3.0), (">=", 2.0)]
    assert list(asked["corrigibility"].values()) == [(">=", 0.1), ("<=", 0.02)]
    assert list(asked["compatibility"].values()) == 4 * [(">", 0.0)]


def test_claims_are_listed_with_their_standing(tmp_path: Path) -> None:
    listed = {row.name: row for row in rows(tmp_path)}
    assert set(listed) == {e.name for e in (*EXPERIMENTS, *APART)}
    assert all(row.attempts == 0 for row in listed.values())
    assert all(listed[e.name].verdict == ("open" if e.is_open else "not run") for e in EXPERIMENTS)
    with pytest.raises(ExperimentError, match="choose one of sleep"):
        find("slumber")
    assert find("sleep").name == "sleep"
    assert find("slates").registration.unit.startswith("a conversation")
    assert all(one.name == Path(one.source).stem for one in APART)
