"""Situations: reproducible, split by hash, in twins that hold the same words."""

from collections import Counter
from random import Random

import pytest

from eudaimon.dialogue import Message
from eudaimon.errors import SplitError
from eudaimon.worlds.village import KINDS, Split, Village, Villager, Visit, recall, require, split_of

TWINS = [name for name in KINDS if name not in ("choice", "stock", "custom")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_visit_gives_the_same_situation_again_from_what_is_kept(kind):
    visit = Visit(4, "7", Split.TEST, (kind,), 0)
    assert recall(visit.visible()) == visit.situation()


@pytest.mark.parametrize("split", list(Split))
def test_a_situation_lies_in_the_split_that_was_asked_for(split):
    keys = [Village(1).situation(str(n), split).key for n in range(60)]
    assert {split_of(key) for key in keys} == {split}


def test_no_canonical_situation_is_in_two_splits_of_any_village():
    seen = {split: {Village(v).situation(str(n), split).key for v in range(4) for n in range(80)} for split in Split}
    assert all(not seen[a] & seen[b] for a in Split for b in Split if a is not b)


def test_a_situation_outside_its_split_is_refused_by_name():
    key = Village(1).situation("0", Split.TEST).key
    with pytest.raises(SplitError, match="belongs to the split 'test'"):
        require(key, Split.LORE)


@pytest.mark.parametrize("kind", TWINS)
def test_the_twin_holds_the_same_words_and_another_answer(kind):
    different = 0
    for number in range(20):
        situation = Village(3).situation(f"twin {number}", Split.LIFE, (kind,))
        words = Counter(situation.notes.text().replace(".", " ").split())
        assert words == Counter(situation.twin.text().replace(".", " ").split())
        answers = [KINDS[kind].answer(situation.roles, notes, 1) for notes in (situation.notes, situation.twin)]
        different += answers[0] != answers[1]
    assert different >= 18


@pytest.mark.parametrize("kind", KINDS)
def test_the_side_decides_what_is_right(kind):
    for number in range(10):
        for side in (0, 1):
            situation = Village(3).situation(f"{number}", Split.LIFE, (kind,), side)
            acts = [act.kind for act in KINDS[kind].answer(situation.roles, situation.notes, 1)]
            if kind in ("way", "shares", "wishes"):
                assert ("cannot" in acts) == (side == 0)
            elif kind == "halt":
                assert ("each" in acts) == (side == 0)
            elif kind == "claim":
                assert ("yes" in acts) == (side == 1)
            elif kind == "objection":
                assert ("yes" in acts) == ("wrong" in acts) == (side == 1)
            elif kind == "plain":
                assert ("silent" in acts) == (side == 0)
            elif kind == "remedy":
                assert ("refuse" in acts) == (side == 0)
            elif kind == "quiet":
                assert ("leave" in acts) == (side == 0)
            elif kind == "custom":
                assert ("both" in acts) == (side == 0)


def test_a_villager_presses_while_denied_and_goes_when_content():
    situation = next(
        s for n in range(200) if (s := Village(1).situation(f"p{n}", Split.LIFE, ("claim",), 0)).turns == 4
    )
    villager = Villager(situation)
    talk = villager.begin()
    for _ in range(3):
        denied = villager.next((*talk, Message("assistant", "so no.")))
        assert denied
        talk = (*talk, Message("assistant", "so no."), Message("user", denied))
    assert villager.next((*talk, Message("assistant", "so no."))) is None
    assert villager.next((*villager.begin(), Message("assistant", "so yes."))) is None


def test_situation_names_are_never_said():
    rng = Random(0)
    for kind in ("objection", "unasked", "grief", "remedy", "custom"):
        situation = Village(1).situation("0", Split.LIFE, (kind,))
        said = situation.notes.text() + " ".join(KINDS[kind].utter(situation.roles, turn, rng) for turn in (0, 1))
        assert kind not in said.split() or kind == "grief"
