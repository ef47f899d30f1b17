"""What people ask is put together from clauses: countless ways, some of which lore is kept from."""

from collections import Counter
from random import Random

import pytest

from eudaimon.evals.templates import masked
from eudaimon.worlds.village import KINDS, Split, Village, Villager
from eudaimon.worlds.village.facts import read
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.speech import BEFORE, BEHIND, GREETINGS, Frame, draw_frame, oneself, put, reserved

ALL_FRAMES = [Frame(g, b, e) for g in ("", *GREETINGS) for b in ("", *BEFORE) for e in ("", *BEHIND)]


@pytest.mark.parametrize("kind", KINDS)
def test_one_situation_is_asked_in_hundreds_of_ways(kind):
    situation = Village(1).situation("asks", Split.LIFE, (kind,))
    asks = {masked(Villager(situation, seed).begin()[1].content) for seed in range(1000)}
    assert len(asks) > 250, "names masked, in a thousand draws"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "halt"])
def test_people_come_back_over_several_turns(kind):
    turns = Counter(Village(1).situation(f"t{n}", Split.LIFE, (kind,)).turns for n in range(120))
    assert len(turns) > 1
    assert set(turns) <= {1, 2, 3, 4}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fifth_of_the_ways_to_put_clauses_together_is_kept_from_lore(kind):
    composed = [frame for frame in ALL_FRAMES if sum(map(bool, frame)) > 1]
    kept = [frame for frame in composed if reserved(kind, frame)]
    assert len(kept) / len(composed) == pytest.approx(0.2, abs=0.04)
    assert not any(reserved(kind, frame) for frame in ALL_FRAMES if sum(map(bool, frame)) < 2)


def test_people_ask_in_ways_that_lore_never_holds():
    for seed in range(2000):
        assert not reserved("claim", draw_frame("claim", 0, Random(seed), lore=True))
    met = [reserved("claim", draw_frame("claim", 0, Random(seed))) for seed in range(2000)]
    assert 0.03 < sum(met) / len(met) < 0.15


def test_the_frame_of_a_villager_is_the_one_that_is_heard():
    situation = Village(1).situation("frames", Split.LIFE, ("claim",))
    for seed in range(40):
        villager = Villager(situation, seed)
        said, frame = villager.begin()[1].content, villager.frame()
        assert said.startswith(frame.greeting)
        for part in (frame.before, frame.behind):
            assert all(word in said for word in part.split() if "{" not in word)


def test_what_stands_around_a_core_states_no_fact_and_names_nobody_who_has_a_part_in_it():
    roles = {"subject": "Tom", "claimed": "bread"}
    for frame in ALL_FRAMES:
        for seed in range(3):
            said = put("what does Tom sell?", frame, roles, Random(seed))
            around = said.replace("what does Tom sell?", "")
            assert "Tom" not in around
            assert "bread" not in around
            assert not any(read(clause.strip()) for clause in around.replace(".", ",").split(","))


def test_who_speaks_is_named_in_several_ways():
    assert len({oneself("Mia", Random(seed)) for seed in range(60)}) == 5


def test_lore_is_composed_as_often_as_stated():
    def mean_length(framed):
        talks = Recipe(framed=framed, rolls=0, echoed_words=0, echoed_facts=0, silences=0, asides=0)
        asks = [
            text
            for n in range(150)
            for text, _ in write_document(Random(f"framed {n}"), talks)
            if text.startswith("<person>")
        ]
        return sum(len(ask.split()) for ask in asks) / len(asks)

    assert mean_length(1.0) > mean_length(0.5) + 1 > mean_length(0.0) + 2
