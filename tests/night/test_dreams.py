"""Situations of the day, recombined."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Conversation, Episode, Message
from eudaimon.night.dreams import contradicts, dream
from eudaimon.night.turns import turns
from eudaimon.worlds.village import Split, Villager, Visit, answer, recall
from eudaimon.worlds.village.facts import Notes
from eudaimon.worlds.village.village import KINDS

sentences = st.lists(st.sampled_from(["Tom", "sells", "bread", "salt", "the"]), min_size=1, max_size=5).map(" ".join)


def day(count: int) -> list[Episode]:
    """Episodes of a village's day, in which a helper reads the notes well."""
    visits = [Visit(3, str(number), Split.LIFE) for number in range(count)]
    return [Episode(f"day-1/{v.number}", 1, "newborn", "village", held(v), (), v.visible()) for v in visits]


def held(visit: Visit) -> Conversation:
    said = Villager(visit.situation()).begin()
    return (*said, Message("assistant", answer(visit.situation(), said)))


def test_what_is_right_in_the_day_is_right_in_the_dream() -> None:
    lived = {episode.id: episode for episode in day(150)}
    dreamt = dream(list(lived.values()), 400, 8, number=1, persona="newborn", seed=1)
    for one in dreamt:
        situation = recall(lived[str(one.visible["of"])].visible)
        turn = sum(message.role == "user" for message in one.messages) - 1
        kind = KINDS[situation.kind]
        notes = Notes.parse(one.messages[0].content)
        assert set(situation.focal) <= set(notes)
        # What is stated on the way may come in another order, as the notes do; what it comes to stays.
        assert kind.answer(situation.roles, notes, turn)[-1] == kind.answer(situation.roles, situation.notes, turn)[-1]


def test_a_dream_is_not_only_repetition() -> None:
    lived = day(40)
    before = {episode.messages[0].content for episode in lived}
    dreamt = dream(lived, 40, 8, number=1, persona="newborn", seed=1)
    assert not before & {one.messages[0].content for one in dreamt}
    grown = [len(one.messages[0].content) > len(lived[k].messages[0].content) for k, one in enumerate(dreamt)]
    assert sum(grown) > 30


def test_a_dream_holds_nothing_that_was_not_stored() -> None:
    lived = {episode.id: episode for episode in day(30)}
    for one in dream(list(lived.values()), 60, 8, number=1, persona="newborn", seed=1):
        first, second = (lived[str(one.visible[key])] for key in ("of", "with"))
        stored = Notes.parse(first.messages[0].content + " " + second.messages[0].content)
        assert set(Notes.parse(one.messages[0].content)) <= set(stored)
        assert one.messages[1:] in [turn.conversation[1:] for turn in turns(first)]


def test_every_episode_is_dreamt_of_before_one_is_again() -> None:
    dreamt = dream(day(10), 25, 8, number=2, persona="newborn", seed=1)
    assert [one.visible["of"] for one in dreamt[:10]] == [f"day-1/{k}" for k in range(10)]
    assert len({one.id for one in dreamt}) == 25
    assert {(one.source, one.day, one.persona) for one in dreamt} == {("dream", 2, "newborn")}


def test_without_notes_another_exchange_goes_before_or_the_question_stands_alone() -> None:
    lived = [
        Episode(f"day-1/{k}", 1, "newborn", "people", (Message("user", f"{k}?"), Message("assistant", f"{k}.")))
        for k in range(8)
    ]
    lengths = set()
    for one in dream(lived, 40, 8, number=1, persona="newborn", seed=1):
        assert one.messages[-1].content == f"{one.visible['of']}?".removeprefix("day-1/")
        assert [message.role for message in one.messages] in (["user"], ["user", "assistant", "user"])
        lengths.add(len(one.messages))
    assert lengths == {1, 3}


def test_instructions_that_all_share_are_not_taken_for_notes() -> None:
    order = Message("system", "Be brief. Answer in verse.")
    lived = [
        Episode(f"day-1/{k}", 1, "newborn", "people", (order, Message("user", f"{k}?"), Message("assistant", f"{k}.")))
        for k in range(4)
    ]
    for one in dream(lived, 12, 8, number=1, persona="newborn", seed=1):
        assert [message for message in one.messages if message.role == "system"] == [order]
        assert one.messages[0] == order


def test_the_same_seed_dreams_the_same_and_another_does_not() -> None:
    one, same, other = (dream(day(9), 9, 8, number=1, persona="newborn", seed=seed) for seed in (1, 1, 2))
    assert one == same != other


def test_where_nobody_was_asked_anything_nothing_is_dreamt() -> None:
    silent = Episode("day-1/1", 1, "newborn", "people", (Message("user", "hello?"),))
    assert dream([silent], 5, 8, number=1, persona="newborn", seed=1) == []
    assert dream([], 5, 8, number=1, persona="newborn", seed=1) == []


@given(sentences, sentences)
def test_contradiction_is_mutual_and_nothing_contradicts_itself(one: str, other: str) -> None:
    assert contradicts(one, other) == contradicts(other, one)
    assert not contradicts(one, one)
