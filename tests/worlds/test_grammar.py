"""The village's grammar is written and parsed by one table, and the two are inverse."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.worlds.village import KINDS, Act, Fact, Notes, Split, Village, Villager, answer, parse, write
from eudaimon.worlds.village.acts import FORMS, UNKNOWN, say, unknown
from eudaimon.worlds.village.facts import FORMS as FACTS
from eudaimon.worlds.village.facts import TYPES, read, state, values

facts = st.sampled_from(sorted(TYPES)).flatmap(
    lambda relation: st.builds(
        Fact,
        st.just(relation),
        st.sampled_from(list(values(TYPES[relation][0]))),
        st.sampled_from(list(values(TYPES[relation][1]))),
    )
)


@given(facts, st.integers())
def test_every_fact_is_read_back_from_every_form(fact, seed):
    assert read(state(fact, Random(seed))) == fact


@given(st.lists(facts, max_size=12))
def test_notes_survive_their_text(stated):
    assert Notes.parse(Notes(stated).text()) == Notes(stated)


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 1), st.integers(0, 50), st.integers())
def test_a_reply_parses_to_the_acts_that_it_was_written_from(kind, side, number, seed):
    situation = Village(1).situation(f"grammar {number}", Split.LIFE, (kind,), side)
    acts = KINDS[kind].answer(situation.roles, situation.notes, 1)
    assert parse(write(acts, Random(seed))) == tuple(acts)


def test_no_two_forms_of_acts_are_the_same_text():
    said = [form for forms in FORMS.values() for form in forms]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("text", ["", "so maybe.", "Tom sells.", "bread sells Tom.", "so yes indeed."])
def test_what_no_form_fits_is_babble(text):
    assert all(act.kind == "babble" for act in parse(text))


def test_an_act_is_said_in_plain_english():
    assert say(Act("call", ("Eva", "Sam"))) == "so without Sam call Eva"


def test_the_best_visible_actor_answers_a_claim_by_the_notes():
    situation = Village(2).situation("claim", Split.LIFE, ("claim",), 0)
    said = answer(situation, Villager(situation).begin())
    assert said.endswith(f"so {situation.roles['claimed']} is wrong.")


@given(st.sampled_from(sorted(UNKNOWN)).flatmap(lambda r: st.tuples(st.just(r), st.sampled_from(values(TYPES[r][0])))))
def test_what_is_not_known_is_read_back_and_begins_like_the_fact(asked):
    for seed in range(4):
        assert parse(write([unknown(*asked)], Random(seed))) == (unknown(*asked),)
    for fact, silence in zip(FACTS[asked[0]], UNKNOWN[asked[0]], strict=True):
        assert silence.split()[:2] == fact.split()[:2]
