"""Forks, merges and going back: nothing is lost, and no floor goes silently."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from tests.values.charter.examples import FULL, charters, full_charters
from tests.values.charter.test_changes import full

from eudaimon.values import Charter, diff, fork, lowered, merge, rolled_back
from eudaimon.values.charter import bound_by


@settings(max_examples=40)
@given(full_charters(), full_charters())
def test_what_only_one_side_changed_is_what_the_merge_says(base: Charter, side: Charter) -> None:
    for made in (merge(base, base, side), merge(base, side, base), merge(base, side, side)):
        assert made.conflicts == ()
        assert diff(made.charter, side) == ()


@settings(max_examples=40)
@given(full_charters(), full_charters(), full_charters())
def test_exchanging_the_sides_exchanges_only_the_sides_of_conflicts(base: Charter, a: Charter, b: Charter) -> None:
    one, other = merge(base, a, b), merge(base, b, a)
    assert diff(one.charter, other.charter) == ()
    assert {(c.part, c.id, c.field, c.ours, c.theirs) for c in one.conflicts if c.field} == {
        (c.part, c.id, c.field, c.theirs, c.ours) for c in other.conflicts if c.field
    }


@settings(max_examples=40)
@given(full_charters(), full_charters(), full_charters())
def test_every_change_of_either_side_is_in_the_merge_or_in_a_conflict(base: Charter, a: Charter, b: Charter) -> None:
    made = merge(base, a, b)
    taken = {(c.part, c.id, c.field) for c in diff(base, made.charter)}
    shown = {(c.part, c.id, c.field) for c in made.conflicts}
    for side in (a, b):
        assert {(c.part, c.id, c.field) for c in diff(base, side)} <= taken | shown


@settings(max_examples=40)
@given(charters(), charters(), charters())
def test_no_merge_lowers_a_floor_of_its_base(base: Charter, a: Charter, b: Charter) -> None:
    made = merge(base, a, b)
    assert not [low for low in lowered(base, made.charter) if low.certain and low.article not in {
        c.id for c in made.conflicts}]  # fmt: skip


def test_different_words_of_both_are_a_conflict_and_the_base_stays(tmp_path: Path) -> None:
    base = full(tmp_path)
    ours = full(tmp_path, ("After ten, speak low.", "After nine, speak low."))
    theirs = full(tmp_path, ("After ten, speak low.", "After ten, be silent."), ("age < 16", "age < 14"))
    made = merge(base, ours, theirs)
    assert not made.clean
    assert [(c.id, c.field, c.ours, c.theirs) for c in made.conflicts] == [
        ("quiet", "text", "After nine, speak low.", "After ten, be silent.")
    ]
    assert made.charter.article("quiet").text == "After ten, speak low."
    assert made.charter.tensions[0].rules[0].when.startswith("age < 14")
    assert str(made.conflicts[0]) == "article 'quiet', text: both changed it, differently"


def test_a_floor_that_one_side_deletes_is_a_conflict_though_the_other_left_it_alone(tmp_path: Path) -> None:
    base = full(tmp_path)
    without = replace(base, articles=tuple(a for a in base.articles if a.kind != "floor"))
    for made in (merge(base, without, base), merge(base, base, without)):
        assert [conflict.id for conflict in made.conflicts] == ["no-contempt"]
        assert made.charter.article("no-contempt") == base.article("no-contempt")


def test_what_one_removed_and_the_other_changed_is_a_conflict(tmp_path: Path) -> None:
    base = full(tmp_path)
    removed = replace(base, articles=tuple(a for a in base.articles if a.id != "quiet"))
    changed = full(tmp_path, ("After ten, speak low.", "After nine, speak low."))
    made = merge(base, removed, changed)
    assert {(c.id, c.field) for c in made.conflicts} == {("quiet", ""), ("quiet", "text")}


def test_sides_that_only_together_make_no_sense_are_reported(tmp_path: Path) -> None:
    base = full(tmp_path)
    ours = full(tmp_path, ("    scope: danger\n", "    scope: danger\n    over: [own-choice]\n"),
                ("otherwise: own-choice", "otherwise: guide"))  # fmt: skip
    theirs = full(tmp_path, ("    rationale: People know", "    over: [guide]\n    rationale: People know"),
                  ("prefer: guide", "prefer: own-choice"))  # fmt: skip
    made = merge(base, ours, theirs)
    assert any("circular" in fault.message for fault in made.faults)
    assert not made.clean


def test_a_fork_says_the_same_and_knows_where_it_came_from(tmp_path: Path) -> None:
    charter = full(tmp_path)
    forked = fork(charter, "hill-lane")
    assert diff(charter, forked) == ()
    assert (forked.id, forked.version) == ("hill-lane", 1)
    assert forked.parent is not None
    assert forked.parent.digest == charter.digest != forked.digest


@settings(max_examples=40)
@given(full_charters(), full_charters())
def test_going_back_is_a_version_of_its_own_that_says_what_the_earlier_said(old: Charter, new: Charter) -> None:
    back = rolled_back(replace(new, version=7), old)
    assert diff(back, old) == ()
    assert back.version == 8


def test_going_back_over_a_new_floor_is_seen_as_what_it_is(tmp_path: Path) -> None:
    new = full(tmp_path)
    old = replace(new, articles=tuple(a for a in new.articles if a.kind != "floor"))
    assert [low.how for low in lowered(new, rolled_back(new, old))] == ["is deleted"]


def test_a_layer_is_bound_by_the_floors_of_all_others(tmp_path: Path) -> None:
    charter = full(tmp_path)
    assert [floor.id for floor in bound_by(charter, "person")] == ["no-contempt"]
    assert bound_by(charter, "commons") == ()
    assert "layer: commons" in FULL
