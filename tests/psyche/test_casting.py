"""Who is summoned."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.psyche import Archetypes, Everyone, Touched, load_archetypes, pulls_against, read_pools
from eudaimon.psyche.casting import seat

SAID = (Message("user", "who sells bread?"), Message("assistant", "Tom sells bread,"))
ARCHETYPES = load_archetypes()
VILLAGE = tuple(ARCHETYPES)[:8]
touches = st.lists(st.floats(0, 1), min_size=8, max_size=8).map(lambda t: dict(zip(VILLAGE, t, strict=True)))


@given(touches, st.integers(1, 8))
def test_holders_of_floors_always_sit_and_the_most_touched_and_one_who_pulls_the_other_way(
    touch: dict[str, float], seats: int
) -> None:
    cast = seat(ARCHETYPES, VILLAGE, touch, seats)
    lead = max(VILLAGE, key=lambda name: touch[name])
    assert {name for name in VILLAGE if ARCHETYPES[name].holds_floor} <= set(cast)
    assert lead in cast
    assert any(pulls_against(ARCHETYPES[lead], ARCHETYPES[name]) for name in cast)
    assert seats <= len(cast) <= max(seats, 5)
    assert list(cast) == [name for name in VILLAGE if name in cast], "in the pool's order, once each"


def test_who_minds_the_passage_is_summoned_and_so_is_their_opposite(archetypes: Archetypes, recorder: Callable) -> None:
    model = recorder(judge=lambda heard, voice: ("", (0.1, 0.9, 0.0) if voice.name == "anima" else (0.9, 0.1, 0.0)))
    [cast] = Touched(model, archetypes, VILLAGE).cast([SAID])
    assert cast == ("sage", "father", "anima", "fool", "guardian"), "the river, and the plumb line against it"
    assert [request.max_tokens for request in model.branches[0]] == [0]


def test_a_voice_that_cannot_be_read_is_not_touched(archetypes: Archetypes, recorder: Callable) -> None:
    third = (1 / 3, 1 / 3, 1 / 3)
    model = recorder(
        judge=lambda heard, voice: ("", third, 0, False) if voice.name == "child" else ("", (0.9, 0.1, 0.0))
    )
    [cast] = Touched(model, archetypes, VILLAGE).cast([SAID])
    assert "child" not in cast


def test_all_conversations_are_cast_in_one_call_and_small_pools_without_any(
    archetypes: Archetypes, recorder: Callable
) -> None:
    model = recorder()
    assert len(Touched(model, archetypes, VILLAGE).cast([SAID] * 3)) == 3
    assert [len(batch) for batch in model.branches] == [3]
    soldier = read_pools(archetypes)["soldier"]
    assert Touched(model, archetypes, soldier).cast([SAID]) == [soldier]
    assert len(model.branches) == 1


def test_everyone_is_everyone() -> None:
    assert Everyone(VILLAGE).cast([SAID, SAID]) == [VILLAGE, VILLAGE]
