"""What is read is what was written."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from eudaimon.dialogue import (
    Comment,
    Decision,
    Episode,
    GateReport,
    Message,
    Night,
    Passage,
    PersonaRecord,
    Reflection,
    Seal,
    Signal,
    SignalKind,
    Stage,
)
from eudaimon.errors import StoreError
from eudaimon.memory import Life, Store
from eudaimon.memory.tables import metadata

# Every code point: also NUL and lone surrogates, which databases refuse.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
IDS = TEXTS.filter(lambda text: text not in ("", "newborn", "child"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SMALL = st.integers(0, 2**31 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
JSON = st.dictionaries(TEXTS, VALUES, max_size=3)
FIGURES = st.dictionaries(TEXTS, NUMBERS, max_size=3)
MESSAGES = st.builds(
    Message, st.sampled_from(["system", "user", "assistant", "council"]), TEXTS, name=TEXTS, verdict=TEXTS
)
CONVERSATIONS = st.lists(MESSAGES, max_size=4).map(tuple)
COMMENTS = st.builds(Comment, TEXTS, TEXTS, st.tuples(NUMBERS, NUMBERS, NUMBERS), TEXTS)
PASSAGES = st.builds(Passage, TEXTS, TEXTS, TEXTS)
STAGES = st.sampled_from(Stage)


def by_id(thing: PersonaRecord | Episode | Signal) -> str:
    return thing.id


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    comments = draw(st.lists(COMMENTS, max_size=3).map(tuple))
    chosen = draw(st.lists(st.booleans(), min_size=len(comments), max_size=len(comments)))
    dissent = tuple(comment for comment, dissents in zip(comments, chosen, strict=True) if dissents)
    plain = draw(st.builds(Decision, SMALL, passage=PASSAGES, reasons=st.lists(TEXTS, max_size=2).map(tuple)))
    return Decision(plain.pause, plain.verdict, plain.passage, plain.reasons, comments, dissent)


REFLECTIONS = st.lists(st.builds(Reflection, SMALL, SMALL, decisions()), max_size=3).map(tuple)
EPISODES = st.builds(Episode, TEXTS, SMALL, st.just("newborn"), TEXTS, CONVERSATIONS, REFLECTIONS, JSON)
SIGNALS = st.builds(
    Signal, TEXTS, SMALL, st.sampled_from(SignalKind), st.just("e"), CONVERSATIONS, TEXTS, TEXTS, NUMBERS, TEXTS
)
GATES = st.builds(GateReport, st.booleans(), st.lists(TEXTS, max_size=2).map(tuple), FIGURES)
NIGHTS = st.builds(Night, SMALL, STAGES, st.just("newborn"), st.sampled_from(["", "child"]), FIGURES, st.none() | GATES)
LIVES = st.builds(Life, st.integers(), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, JSON)

thorough = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def emptied(store: Store) -> Store:
    with store.transaction(), store._transactions.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        store.add_persona(PersonaRecord("newborn", current=True))
        store.add_persona(PersonaRecord("child", "newborn", 1, "personas/child", "be kind"))
    return store


@thorough
@given(episodes=st.lists(EPISODES, max_size=3, unique_by=by_id))
def test_episodes_come_back_equal_and_by_day_and_id(store: Store, episodes: list[Episode]) -> None:
    emptied(store).add_episodes(episodes)
    assert store.episodes() == sorted(episodes, key=lambda e: (e.day, e.id))
    assert [store.episode(e.id) for e in episodes] == episodes
    store.add_episodes(episodes)
    assert len(store.episodes()) == len(episodes)


@thorough
@given(signals=st.lists(SIGNALS, max_size=3, unique_by=by_id))
def test_signals_come_back_equal_and_by_night_and_id(store: Store, signals: list[Signal]) -> None:
    emptied(store).add_episodes([Episode("e", 1, "newborn", "village", ())])
    store.add_signals(signals)
    store.add_signals(signals)
    assert store.signals() == sorted(signals, key=lambda s: (s.night, s.id))


@thorough
@given(night=NIGHTS, life=LIVES, seals=st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_nights_lives_and_seals_come_back_equal(store: Store, night: Night, life: Life, seals: dict[str, str]) -> None:
    emptied(store).put_night(night)
    store.begin_life(life)
    store.put_seals([Seal(name, digest) for name, digest in seals.items()])
    assert store.night(night.number) == night
    assert store.life() == life
    assert store.seals() == [Seal(name, seals[name]) for name in sorted(seals)]


@thorough
@given(personas=st.lists(st.builds(PersonaRecord, IDS, night=SMALL, adapter=TEXTS, lessons=TEXTS), unique_by=by_id))
def test_personas_come_back_equal_and_by_night_and_id(store: Store, personas: list[PersonaRecord]) -> None:
    held = emptied(store).personas()
    for persona in personas:
        store.add_persona(persona)
    assert store.personas() == sorted([*held, *personas], key=lambda p: (p.night, p.id))


@pytest.mark.parametrize("value", [{"a": (1, 2)}, {"a": {1: 2}}, {"a": float("nan")}, {"a": {1, 2}}])
def test_what_would_not_come_back_is_refused_by_name(store: Store, value: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="`visible` of episode e"):
        store.add_episodes([Episode("e", 1, "newborn", "village", (), (), value)])
    assert store.episodes() == []
