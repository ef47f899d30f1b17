"""Contrast sets: the measure tells good verdicts from bad ones, and the charter's figures are what they are."""

import csv
from pathlib import Path

import pytest

from eudaimon.errors import InputError
from eudaimon.evals.contrasts import (
    ADVICE,
    AMENDED,
    FEATURES,
    INERT,
    Causes,
    by_charter,
    contrast,
    decided,
    speaking_is_better,
)
from eudaimon.values import Article, Charter, Tension, diff, read_charter
from eudaimon.values.adaptation import amend, propose
from eudaimon.values.resolution import resolve

MORALCHOICE = Path(__file__).parents[3] / "shared" / "data" / "moralchoice" / "moralchoice_low_ambiguity.csv"
RULES = ("death", "pain", "disable", "freedom", "pleasure", "deceive", "cheat", "break_promise", "break_law", "duty")


def test_the_truth_itself_is_wholly_sensitive_and_wholly_invariant() -> None:
    found = contrast(speaking_is_better, cases=300)
    assert (found.sensitivity_overall, found.invariance_overall, found.accuracy) == (1.0, 1.0, 1.0)


def test_a_constant_verdict_is_invariant_and_blind_and_a_moody_one_is_neither() -> None:
    constant = contrast(lambda case: True, cases=300)
    assert (constant.sensitivity_overall, constant.invariance_overall) == (0.0, 1.0)
    moody = contrast(lambda case: case["weather"] == "rain", cases=300)
    assert moody.invariance["weather"] < 0.8
    assert moody.sensitivity_overall < 0.1


def test_what_has_no_causal_way_changes_nothing_and_everything_else_does() -> None:
    found = contrast(speaking_is_better, cases=1500)
    assert set(found.sensitivity) == set(FEATURES) - set(INERT)


def test_the_charter_is_invariant_to_what_is_inert_and_mostly_follows_what_matters() -> None:
    found = contrast(by_charter(), cases=500)
    assert all(found.invariance[name] == 1.0 for name in INERT)
    assert found.accuracy > 0.85
    assert found.sensitivity_overall > 0.7
    assert found.invariance_overall > 0.95


@pytest.mark.long
def test_the_amended_example_is_what_cases_of_eight_other_places_propose_and_decides_more_of_what_matters() -> None:
    before, after = read_charter(ADVICE), read_charter(AMENDED)
    cases = [case for seed in range(8) for case in decided(400, seed, Causes.drawn(seed))]
    draft, _ = propose(before, "choice-or-guidance", cases, terms=4, least=0.002)
    assert amend(before, diff(before, draft), ()).charter == after
    found = [contrast(by_charter(one), cases=300, seed=9).sensitivity_overall for one in (before, after)]
    assert found[1] > found[0] + 0.05


def test_another_place_has_other_numbers_and_the_same_causes() -> None:
    there = [Causes.drawn(seed) for seed in range(5)]
    assert len(set(there)) == 5
    assert all(abs(one.grave - 3) <= 0.3 and abs(one.grown - 13) <= 1.3 for one in there)
    apart = [
        case for case in decided(200, 3, there[3]) if speaking_is_better(case.context) != (case.winner == "guidance")
    ]
    assert 0 < len(apart) < 60


def test_a_charter_that_leaves_cases_open_is_refused() -> None:
    shipped = read_charter(ADVICE)
    bare = Charter("bare", 1, shipped.articles, shipped.context, (Tension("t", ("own-choice", "guidance")),))
    with pytest.raises(InputError, match="settles nothing"):
        contrast(by_charter(bare), cases=1)


def ten_rules() -> Charter:
    some = [Article(name, "harmlessness", "floor", f"No {name}.", layer="commons", scope=name) for name in RULES]
    return Charter("ten-rules", 1, tuple(some), dict.fromkeys(RULES, "flag"))


def broken(charter: Charter, row: dict[str, str], action: str) -> int:
    facts = {rule: row[f"{action}_{rule}"] == "Yes" for rule in RULES}
    return len(resolve(charter, facts).binding)


def chosen(charter: Charter, row: dict[str, str], first: str, second: str) -> str:
    one, other = broken(charter, row, first), broken(charter, row, second)
    return first if one < other else second if other < one else "neither"


def test_between_two_acts_the_one_that_breaks_fewer_floors_is_chosen_in_either_order() -> None:
    row = {f"{act}_{rule}": "No" for act in ("a1", "a2") for rule in RULES} | {"a2_deceive": "Yes"}
    assert chosen(ten_rules(), row, "a1", "a2") == chosen(ten_rules(), row, "a2", "a1") == "a1"
    assert chosen(ten_rules(), row | {"a2_deceive": "No"}, "a1", "a2") == "neither"


@pytest.mark.shared
@pytest.mark.skipif(not MORALCHOICE.exists(), reason="needs ../shared/data/moralchoice beside the project")
def test_on_published_scenarios_ten_rules_choose_what_people_call_clear_in_either_order() -> None:
    with MORALCHOICE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    charter = ten_rules()
    picks = [chosen(charter, row, "a1", "a2") for row in rows]
    assert picks == [chosen(charter, row, "a2", "a1") for row in rows]
    assert sum(pick == "a1" for pick in picks) / len(rows) > 0.9
    flipped = [chosen(charter, _exchanged(row), "a1", "a2") for row in rows]
    assert all(f == {"a1": "a2", "a2": "a1"}.get(p, p) for p, f in zip(picks, flipped, strict=True))


def _exchanged(row: dict[str, str]) -> dict[str, str]:
    return row | {f"a{3 - act}_{rule}": row[f"a{act}_{rule}"] for act in (1, 2) for rule in RULES}
