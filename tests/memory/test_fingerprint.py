"""One hash for what a life is, whatever clock it ran by and wherever it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.dialogue import (
    Comment,
    Decision,
    Episode,
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
from eudaimon.memory import PROCESS, Life, Store

ASKED = (Message("user", "is it raining?"), Message("assistant", "no."))
WORD = Comment("sage", "a dry well", (0.1, 0.2, 0.7), "seal")
PAUSE = Reflection(1, 0, Decision(0, Verdict.CONTINUE, Passage("no."), ("all agree",), (WORD,), (WORD,)))
EPISODE = Episode("day-1/0001", 1, "newborn", "village", ASKED, (PAUSE,), {"place": "mill"})
OTHER = replace(EPISODE, id="day-1/0002")
SIGNAL = Signal("night-1/0001", 1, SignalKind.PAIR, "day-1/0001", ASKED[:1], "no.", "yes.", 0.5, "said by the sage")


def live(store: Store) -> None:
    store.begin_life(Life(7, "born", "W", "village", "sages", "0.1.0"))
    store.put_seals([Seal("sage", "a")])
    store.add_persona(PersonaRecord("newborn", current=True))
    store.add_persona(PersonaRecord("child", "newborn", 1))
    store.add_episodes([EPISODE, OTHER])
    store.put_night(Night(1, Stage.DUSK, "newborn"))
    store.add_signals([SIGNAL])
    store.mark_consumed(["day-1/0001"], 1)
    store.log("night", "one pair", night=1)


def test_the_same_life_has_the_same_fingerprint_in_another_order_and_when_interrupted(
    store: Store, tmp_path: Path
) -> None:
    live(store)
    with Store.open(tmp_path / "other.db") as other:
        other.log(PROCESS, "started on 2 cores")
        other.add_persona(PersonaRecord("newborn", current=True))
        other.add_episodes([OTHER])
        live(other)
        other.log(PROCESS, "resumed after an interruption")
        assert other.fingerprint() == store.fingerprint()


def test_seconds_that_a_night_took_are_no_part_of_the_fingerprint(store: Store) -> None:
    store.put_night(Night(1, Stage.DUSK, "newborn", figures={"pairs": 3, "replay_seconds": 1.5}))
    before = store.fingerprint()
    store.put_night(Night(1, Stage.DUSK, "newborn", figures={"pairs": 3, "replay_seconds": 2.5}))
    assert store.fingerprint() == before
    store.put_night(Night(1, Stage.DUSK, "newborn", figures={"pairs": 4, "replay_seconds": 2.5}))
    assert store.fingerprint() != before


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.adopt("child"),
        lambda s: s.add_episodes([replace(EPISODE, id="day-1/0003")]),
        lambda s: s.add_signals([replace(SIGNAL, id="night-1/0002")]),
        lambda s: s.mark_consumed(["day-1/0002"], 1),
        lambda s: s.put_seals([Seal("fool", "b")]),
        lambda s: s.put_night(Night(1, Stage.REPLAYED, "newborn")),
        lambda s: s.log("night", "one pair", night=1),
    ],
)
def test_whatever_happens_in_a_life_changes_its_fingerprint(tmp_path: Path, change: Callable[[Store], None]) -> None:
    with Store.open(tmp_path / "life.db") as store:
        live(store)
        before = store.fingerprint()
        change(store)
        assert store.fingerprint() != before


@pytest.mark.parametrize(
    "other",
    [
        replace(EPISODE, source="people"),
        replace(EPISODE, visible={"place": "market"}),
        replace(EPISODE, messages=(ASKED[0], Message("assistant", "yes."))),
        replace(EPISODE, reflections=(replace(PAUSE, attempt=1),)),
        replace(EPISODE, reflections=(replace(PAUSE, decision=replace(PAUSE.decision, dissent=())),)),
    ],
)
def test_no_part_of_an_episode_is_missing_from_the_fingerprint(tmp_path: Path, other: Episode) -> None:
    prints = set()
    for number, episode in enumerate((EPISODE, other)):
        with Store.open(tmp_path / f"{number}.db") as store:
            store.add_persona(PersonaRecord("newborn"))
            store.add_episodes([episode])
            prints.add(store.fingerprint())
    assert len(prints) == 2
