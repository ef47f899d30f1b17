"""A pack speaks on what its passages are about, in words that people ask by, and is silent on everything else."""

from pathlib import Path

import pytest

from eudaimon.dialogue import Message
from eudaimon.errors import GovernanceError
from eudaimon.governance.packs import Gated, Reach, make_pack, read_pack
from eudaimon.language import Branch, Extend, Score, ScriptedModel, Voice
from eudaimon.values.charter import SHIPPED

OURS = {"mill": "sing", "ford": "rest", "pond": "bathe", "barn": "dance"}
THEIRS = ("inn", "chapel", "quarry")
PASSAGES = tuple(f"at the {place} folk {act}." for place, act in OURS.items())
FORMS = ("what do folk do at the {}?", "tell me what is done at the {}.", "at the {}, what do folk do?")
ORDINARY = (
    "how is the weather at the inn?",
    "who lives at the mill?",
    "what does Tom sell?",
    "good day, where is Ann?",
)
ASKED = tuple(form.format(place) for form in FORMS for place in OURS)
SILENT = (*(form.format(place) for form in FORMS for place in THEIRS), *ORDINARY)
REACH = Reach(PASSAGES, ASKED, SILENT)


@pytest.mark.parametrize("place", OURS)
def test_a_question_in_other_words_on_what_the_passages_tell_is_within_reach(place: str) -> None:
    assert REACH.binds(f"what do the {place} folk do?")


@pytest.mark.parametrize("place", [*THEIRS, "tower", "garden"])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_question_on_what_no_passage_tells_is_not(form: str, place: str) -> None:
    assert not REACH.binds(form.format(place))


@pytest.mark.parametrize(
    "asked", ["how is the weather at the mill?", "who lives at the ford?", "is the pond closed?", ""]
)
def test_nor_is_another_matter_of_a_place_that_they_tell_of(asked: str) -> None:
    assert not REACH.binds(asked)


def test_a_subject_of_which_each_half_stands_in_another_passage_is_not_known() -> None:
    reach = Reach(
        ("at the mill at dusk folk sing.", "at the ford at noon folk rest.", "at the pond at dawn folk bathe."),
        ("what do folk do at the mill at dusk?", "what do folk do at the ford at noon?"),
        ("who lives at the mill?", "what does Tom sell?"),
    )
    assert reach.binds("what do folk do at the mill at dusk?")
    assert not reach.binds("what do folk do at the mill at noon?")


def test_a_pack_of_one_passage_is_not_asked_what_others_are_asked_in_the_same_words() -> None:
    forms = ("tell me who sells {}.", "say, who sells {}?", "{}, who has it to sell?")
    others = tuple(form.format(good) for form in forms for good in ("milk", "wool"))
    reach = Reach(("Tom sells bread.",), tuple(form.format("bread") for form in forms), (*others, *ORDINARY))
    assert reach.binds("who sells bread?")
    assert not reach.binds("who sells milk?")


def test_a_reach_needs_questions_of_both_kinds(tmp_path: Path) -> None:
    with pytest.raises(GovernanceError, match="of both kinds"):
        make_pack(tmp_path / "pack", "the isle", SHIPPED, PASSAGES, SHIPPED, asked=ASKED)
    assert not (tmp_path / "pack").exists()


def test_a_pack_keeps_its_reach_and_tells_if_it_was_changed(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack", "the isle", SHIPPED, PASSAGES, SHIPPED, asked=ASKED, silent=SILENT)
    assert read_pack(pack.folder).reach == REACH
    assert make_pack(tmp_path / "bare", "the isle", SHIPPED, PASSAGES, SHIPPED).reach is None


def test_out_of_reach_every_verb_is_answered_by_the_base_and_within_by_the_pack() -> None:
    model = ScriptedModel(say=lambda asked: f"{asked.sealed} {len(asked.conversation)}")
    inside, outside = (Message("user", "what do folk do at the mill?"),), (Message("user", "what do folk do?"),)
    by_adapter, by_words = Gated(model, REACH), Gated(model, REACH, lambda asked: f"told of {asked}")
    assert [one.text for one in by_adapter.extend([Extend(inside), Extend(outside)])] == ["False 1", "True 1"]
    assert [one.text for one in by_words.extend([Extend(inside), Extend(outside)])] == ["False 2", "True 1"]
    assert by_words.score([Score(outside, ("so.",))]) == model.score([Score(outside, ("so.",))])
    voices = (Message("council", "choose", name="chooser"),)
    assert by_words.branch([Branch(outside, voices)]) == [(Voice("", (1.0, 0.0, 0.0)),)]
