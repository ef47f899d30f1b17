"""What the store lets happen, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
    Verdict,
)
from eudaimon.errors import LifeError, SealError, StoreError
from eudaimon.memory import Life, Store

ASKED = (Message("user", "does tom sell bread?"),)
BORN = Life(7, "born", "W", "village", "sages", "0.1.0", {"days": 3})


def episode(number: int, day: int = 1, source: str = "village") -> Episode:
    return Episode(f"day-{day}/{number:04d}", day, "newborn", source, ASKED)


def signal(number: int, night: int = 1, episode: str = "day-1/0001") -> Signal:
    return Signal(f"night-{night}/{number:04d}", night, SignalKind.LABEL, episode, ASKED, "yes.")


def test_an_episode_written_again_differently_is_refused_and_nothing_of_its_batch_is_kept(store: Store) -> None:
    store.add_episodes([episode(1)])
    with pytest.raises(StoreError, match=r"episode day-1/0001 is stored already.*own id"):
        store.add_episodes([episode(2), replace(episode(1), messages=())])
    assert store.episodes() == [episode(1)]


def test_one_id_twice_in_a_batch_is_refused_unless_both_are_equal(store: Store) -> None:
    store.add_episodes([episode(1), episode(1)])
    with pytest.raises(StoreError, match="day-1/0002"):
        store.add_episodes([episode(2), replace(episode(2), source="people")])
    assert store.episodes() == [episode(1)]


def test_episodes_are_found_by_day_and_by_source(store: Store) -> None:
    store.add_episodes([episode(2), episode(1), episode(1, 2), episode(3, 1, "dream")])
    assert store.episodes(day=1, source="village") == [episode(1), episode(2)]
    assert store.episodes(source="dream") == [episode(3, 1, "dream")]
    assert store.episodes(day=3) == []


def test_more_episodes_than_fit_into_one_query_are_recognised_when_they_come_again(store: Store) -> None:
    many = [episode(number) for number in range(1201)]
    store.add_episodes(many)
    store.add_episodes(many)
    store.mark_consumed([one.id for one in many], night=1)
    assert len(store.episodes()) == 1201
    assert store.unconsumed() == []


def test_dissent_is_kept_as_a_part_of_the_comments(store: Store) -> None:
    sage, fool = Comment("sage", "a closed door", (0.1, 0.8, 0.1)), Comment("fool", "a kite", (0.7, 0.2, 0.1))
    decision = Decision(0, Verdict.REVISE, Passage("yes"), ("one floor",), (sage, fool, sage), (fool,))
    kept = replace(episode(1), reflections=(Reflection(1, 0, decision),))
    store.add_episodes([kept])
    assert store.episode("day-1/0001").reflections[0].decision.dissent == (fool,)
    stranger = replace(decision, comments=(sage,))
    with pytest.raises(StoreError, match="episode day-1/0002, reflection 0: dissent must be some of the comments"):
        store.add_episodes([replace(episode(2), reflections=(Reflection(1, 0, stranger),))])


def test_a_probability_that_is_not_finite_is_refused_by_name(store: Store) -> None:
    said = Comment("sage", "", (float("nan"), 0.0, 0.0))
    decision = Decision(0, Verdict.CONTINUE, Passage("yes"), comments=(said,))
    with pytest.raises(StoreError, match="episode day-1/0001, reflection 0: sage's probabilities"):
        store.add_episodes([replace(episode(1), reflections=(Reflection(1, 0, decision),))])


def test_an_episode_that_is_not_there_is_asked_for_in_vain(store: Store) -> None:
    with pytest.raises(StoreError, match="has no episode day-9/0001"):
        store.episode("day-9/0001")


def test_a_night_learns_from_no_episode_of_another_night(store: Store) -> None:
    store.add_episodes([episode(1), episode(2)])
    store.mark_consumed(["day-1/0001"], night=1)
    store.mark_consumed(["day-1/0001", "day-1/0001"], night=1)
    with pytest.raises(StoreError, match=r"day-1/0001 was learned from in night 1; night 2"):
        store.mark_consumed(["day-1/0002", "day-1/0001"], night=2)
    assert store.unconsumed(day=1) == [episode(2)]
    assert store.unconsumed(day=2) == store.unconsumed(source="dream") == []


@pytest.mark.parametrize(
    ("write", "missing"),
    [
        (lambda s: s.add_episodes([replace(episode(1), persona="nobody")]), "persona nobody"),
        (lambda s: s.put_night(Night(1, Stage.DUSK, "nobody")), "persona nobody"),
        (lambda s: s.put_night(Night(1, Stage.JUDGED, "newborn", "nobody")), "persona nobody"),
        (lambda s: s.add_signals([signal(1)]), "episode day-1/0001"),
        (lambda s: s.mark_consumed(["day-1/0001"], 1), "episode day-1/0001"),
        (lambda s: s.add_persona(PersonaRecord("child", "nobody")), "grew from nobody"),
        (lambda s: s.adopt("nobody"), "persona nobody"),
        (lambda s: s.lineage("nobody"), "persona nobody"),
    ],
)
def test_whatever_names_a_thing_that_is_not_stored_is_refused_and_says_which(store, write, missing) -> None:  # type: ignore[no-untyped-def]
    before = store.fingerprint()
    with pytest.raises(StoreError, match=f"{missing}.*first"):
        write(store)
    assert store.fingerprint() == before


def test_a_night_goes_forward_only_and_every_stage_of_it_is_kept(store: Store) -> None:
    dusk, dreamt = Night(1, Stage.DUSK, "newborn"), Night(1, Stage.DREAMT, "newborn", figures={"dreams": 5})
    store.put_night(dusk)
    store.put_night(dreamt)
    with pytest.raises(StoreError, match="night 1 has come to dreamt; it cannot go back to dusk"):
        store.put_night(dusk)
    again = replace(dreamt, figures={"dreams": 6})
    store.put_night(again)
    store.put_night(Night(2, Stage.DUSK, "newborn"))
    assert store.stages(1) == [dusk, again]
    assert store.night(1) == again
    assert store.nights() == [again, Night(2, Stage.DUSK, "newborn")]
    assert store.night(3) is None


def test_a_night_keeps_the_persona_that_it_began_with(store: Store) -> None:
    store.add_persona(PersonaRecord("child", "newborn", 1))
    store.put_night(Night(1, Stage.DUSK, "newborn"))
    with pytest.raises(StoreError, match="began with persona newborn; it cannot go on with child"):
        store.put_night(Night(1, Stage.REPLAYED, "child"))


def test_a_figure_that_is_not_finite_is_refused_by_name(store: Store) -> None:
    gate = GateReport(True, (), {"kl": float("inf")})
    with pytest.raises(StoreError, match=r"`gate\.figures` of night 1"):
        store.put_night(Night(1, Stage.JUDGED, "newborn", gate=gate))
    with pytest.raises(StoreError, match="`figures` of night 1"):
        store.put_night(Night(1, Stage.DUSK, "newborn", figures={"pairs": float("nan")}))
    assert store.nights() == []


def test_signals_are_written_once_and_found_by_night(store: Store) -> None:
    store.add_episodes([episode(1)])
    store.add_signals([signal(2), signal(1), signal(1, night=2)])
    store.add_signals([signal(2)])
    assert store.signals(1) == [signal(1), signal(2)]
    assert len(store.signals()) == 3
    with pytest.raises(StoreError, match="signal night-1/0001 is stored already"):
        store.add_signals([replace(signal(1), chosen="no.")])
    with pytest.raises(StoreError, match="margin of signal night-1/0003"):
        store.add_signals([replace(signal(3), margin=float("nan"))])


def test_exactly_one_persona_speaks_and_adoption_moves_the_word(store: Store) -> None:
    store.add_persona(PersonaRecord("child", "newborn", 1, "personas/child"))
    assert store.current_persona().id == "newborn"
    store.adopt("child")
    store.adopt("child")
    assert [p.id for p in store.personas() if p.current] == ["child"]
    store.add_persona(PersonaRecord("grandchild", "child", 2, current=True))
    assert store.current_persona().id == "grandchild"
    store.adopt("newborn")
    assert [p.id for p in store.personas() if p.current] == ["newborn"]


def test_a_lineage_leads_from_the_newborn_to_the_persona(store: Store) -> None:
    store.add_persona(PersonaRecord("child", "newborn", 1))
    store.add_persona(PersonaRecord("sibling", "newborn", 2))
    store.add_persona(PersonaRecord("grandchild", "child", 3))
    assert [p.id for p in store.lineage("grandchild")] == ["newborn", "child", "grandchild"]


def test_a_persona_written_again_differently_is_refused(store: Store) -> None:
    store.add_persona(PersonaRecord("newborn"))
    assert store.current_persona().id == "newborn"
    with pytest.raises(StoreError, match="persona newborn is stored already"):
        store.add_persona(PersonaRecord("newborn", adapter="elsewhere"))


def test_a_life_without_a_speaker_says_so(where: str) -> None:
    with Store.open(where) as store, pytest.raises(StoreError, match="no persona that speaks"):
        store.current_persona()


def test_a_life_is_begun_once_and_another_one_is_refused_by_the_field_that_differs(store: Store) -> None:
    assert store.life() is None
    store.begin_life(BORN)
    store.begin_life(BORN)
    with pytest.raises(LifeError, match="begun with seed 7, not 8"):
        store.begin_life(replace(BORN, seed=8))
    with pytest.raises(LifeError, match="begun with settings"):
        store.begin_life(replace(BORN, settings={"days": 4}))
    assert store.life() == BORN


def test_a_seal_that_differs_from_what_was_sealed_is_refused(store: Store) -> None:
    store.put_seals([Seal("sage", "a" * 64)])
    store.put_seals([Seal("fool", "b" * 64), Seal("sage", "a" * 64)])
    with pytest.raises(SealError, match="archetype sage was sealed as aaaa"):
        store.put_seals([Seal("child", "c" * 64), Seal("sage", "c" * 64)])
    assert store.seals() == [Seal("fool", "b" * 64), Seal("sage", "a" * 64)]


def test_the_log_is_read_in_the_order_of_writing(store: Store) -> None:
    store.log("birth", "the persona was born")
    store.log("day", "12 conversations", day=1)
    store.log("birth", "the persona was born")
    assert [(e.kind, e.text, e.day, e.night) for e in store.events()] == [
        ("birth", "the persona was born", 0, 0),
        ("day", "12 conversations", 1, 0),
        ("birth", "the persona was born", 0, 0),
    ]
    assert 0 < store.events()[0].at <= store.events()[2].at


def test_writes_inside_a_transaction_are_kept_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():  # noqa: PT012
        store.add_episodes([episode(1)])
        assert store.episodes() == [episode(1)]
        raise RuntimeError("interrupted")
    assert store.episodes() == []
    with store.transaction():
        store.add_episodes([episode(1)])
        store.mark_consumed(["day-1/0001"], 1)
        store.put_night(Night(1, Stage.REPLAYED, "newborn"))
    assert store.unconsumed() == []
    assert store.nights()


def test_a_write_that_is_refused_inside_a_transaction_is_undone_alone(store: Store) -> None:
    with store.transaction():
        store.add_episodes([episode(1)])
        with pytest.raises(StoreError):
            store.add_episodes([episode(2), replace(episode(1), messages=())])
        store.add_episodes([episode(3)])
    assert store.episodes() == [episode(1), episode(3)]
