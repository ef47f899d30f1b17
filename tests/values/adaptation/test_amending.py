"""Amendments: they lower no floor and decide old cases as before, or are refused with every reason."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from tests.values.charter.examples import charters
from tests.values.charter.test_changes import full

from eudaimon.values import Charter, Rule, diff, lowered
from eudaimon.values.adaptation import Dilemma, amend, dilemmas_of


def test_an_amendment_that_keeps_floors_and_cases_is_the_next_version(tmp_path: Path) -> None:
    charter = full(tmp_path)
    other = full(tmp_path, ("After ten, speak low.", "After nine, speak low."))
    made = amend(charter, diff(charter, other), dilemmas_of(charter))
    assert made.refused == ()
    assert made.charter is not None
    assert (made.charter.version, made.charter.article("quiet").text) == (4, "After nine, speak low.")
    assert made.charter.parent is not None
    assert made.charter.parent.digest == charter.digest


def test_a_precedent_that_would_be_decided_otherwise_refuses_it_unless_that_is_openly_meant(tmp_path: Path) -> None:
    charter = full(tmp_path)
    tension = replace(charter.tensions[0], rules=(Rule("danger", "own-choice"),))
    changes = diff(charter, replace(charter, tensions=(tension,)))
    refused = amend(charter, changes, ())
    assert refused.charter is None
    assert "the case 'mushrooms' would no longer be decided for 'guide' over 'own-choice'" in refused.refused[0]
    meant = amend(charter, changes, (), meant=("mushrooms",))
    assert meant.charter is not None
    assert meant.decided_otherwise == ("mushrooms",)


def test_a_dilemma_of_ones_own_is_held_to_as_well(tmp_path: Path) -> None:
    charter = full(tmp_path)
    case = Dilemma("teen", {"age": 15.0, "topic": "health", "danger": True}, "guide", "own-choice")
    older = full(tmp_path, ("age < 16 and topic", "age < 14 and topic"))
    assert amend(charter, diff(charter, older), ()).charter is not None
    assert amend(charter, diff(charter, older), (case,)).charter is None


def test_no_amendment_lowers_a_floor_whatever_is_meant(tmp_path: Path) -> None:
    charter = full(tmp_path)
    without = replace(charter, articles=tuple(a for a in charter.articles if a.kind != "floor"))
    made = amend(charter, diff(charter, without), (), meant=("no-contempt",), judged=("no-contempt",))
    assert made.charter is None
    assert made.refused == ("the floor 'no-contempt' is deleted; floors are not lowered by amendment",)


def test_new_words_of_a_floor_wait_for_people(tmp_path: Path) -> None:
    charter = full(tmp_path)
    reworded = full(tmp_path, ("Nobody is told that they are worthless.", "No one is called worthless."))
    changes = diff(charter, reworded)
    assert amend(charter, changes, ()).charter is None
    assert amend(charter, changes, (), judged=("no-contempt",)).charter is not None


def test_an_amendment_that_makes_no_sense_is_refused_with_the_fault(tmp_path: Path) -> None:
    charter = full(tmp_path)
    typo = replace(
        charter, articles=tuple(replace(a, scope="dangr") if a.id == "guide" else a for a in charter.articles)
    )
    made = amend(charter, diff(charter, typo), ())
    assert made.charter is None
    assert "'dangr' is not declared" in made.refused[0]


def test_changes_of_another_charter_do_not_fit(tmp_path: Path) -> None:
    charter = full(tmp_path)
    changes = diff(charter, full(tmp_path, ("After ten, speak low.", "After nine, speak low.")))
    bare = replace(charter, articles=charter.articles[:3])
    assert "do not fit the charter" in amend(bare, changes, ()).refused[0]


def test_taking_away_the_words_of_a_case_does_not_make_it_go_away(tmp_path: Path) -> None:
    charter = full(tmp_path)
    case = Dilemma("drunk", {"consent": False, "danger": True, "age": 9.0, "topic": "health"}, "guide", "own-choice")
    fewer = full(tmp_path, ("  consent: flag\n", ""))
    assert amend(charter, diff(charter, fewer), (case,)).decided_otherwise == ("drunk",)


@settings(max_examples=80)
@given(charters(), charters())
def test_whatever_is_proposed_no_amendment_that_passes_lowers_a_floor_for_certain(old: Charter, new: Charter) -> None:
    made = amend(old, diff(old, new), (), judged=[floor.id for floor in old.floors])
    if made.charter is not None:
        assert not [one for one in lowered(old, made.charter) if one.certain]
    elif not lowered(old, new):
        assert made.refused
