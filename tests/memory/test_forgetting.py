"""What a person wants forgotten is gone, down to the bytes; what they correct is corrected wherever it was copied."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.dialogue import (
    Comment,
    Decision,
    Episode,
    Message,
    Passage,
    PersonaRecord,
    Reflection,
    Signal,
    SignalKind,
    Verdict,
)
from eudaimon.errors import StoreError
from eudaimon.memory import Owner, Store

SECRET = "my sister drinks since the fire"
MINE, OTHERS = "day-1/mine", "day-1/others"
HEARD = (Message("user", SECRET), Message("assistant", "that is hard."))
WORD = Comment("mother", "bread for the sister", (0.2, 0.6, 0.2), "seal")
PAUSE = Reflection(1, 0, Decision(0, Verdict.REVISE, Passage("that is hard."), ("mother",), (WORD,), (WORD,)))


def remembered(store: Store) -> None:
    """A day of two people, and all that a night makes of it."""
    mine = Episode(MINE, 1, "newborn", "door", HEARD, (PAUSE,))
    others = Episode(OTHERS, 1, "newborn", "door", (Message("user", "is it raining?"), Message("assistant", "no.")))
    commented = replace(mine, id="night-1/commentary/mine", source="commentary", visible={"of": MINE})
    dreamt = Episode("night-1/dream/0000", 1, "newborn", "dream", HEARD[:1], (), {"of": OTHERS, "with": MINE})
    alone = replace(
        dreamt, id="night-1/dream/0001", messages=others.messages[:1], visible={"of": OTHERS, "with": OTHERS}
    )
    store.add_episodes([mine, others, commented, dreamt, alone])
    store.mark_consumed([MINE, OTHERS], 1)
    store.add_signals(
        Signal(f"s{n}", 1, SignalKind.LABEL, episode, HEARD[:1], "that is hard.")
        for n, episode in enumerate([MINE, dreamt.id, OTHERS])
    )


def on_disk(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in place.iterdir() if path.is_file())


def test_forgetting_takes_the_conversation_its_copies_and_its_signals_and_nothing_of_others(store: Store) -> None:
    remembered(store)
    store.belong(MINE, Owner("ann"))
    store.belong(OTHERS, Owner("bo"))
    found = store.forget([MINE])
    store.sweep()
    assert (found.conversations, found.copies, found.messages, found.signals, found.nights) == (1, 2, 5, 2, (1,))
    assert found.episodes == (MINE, "night-1/commentary/mine", "night-1/dream/0000")
    assert [episode.id for episode in store.episodes()] == [OTHERS, "night-1/dream/0001"]
    assert [signal.id for signal in store.signals()] == ["s2"]
    assert [episode.id for episode in store.consumed(1)] == [OTHERS]
    assert store.owners() == {OTHERS: Owner("bo")}


def test_no_byte_of_what_was_forgotten_or_corrected_is_left_on_the_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path / "life.db") as store:
        store.add_persona(PersonaRecord("newborn", current=True))
        remembered(store)
        store.add_episodes([Episode("day-2/0", 2, "newborn", "door", (Message("user", "call me Zebulon"),))])
        assert SECRET.encode() in on_disk(tmp_path)
        store.correct("day-2/0", 0, "call me Zeb")
        store.forget([MINE])
        store.sweep()
        left = on_disk(tmp_path)
    assert b"sister" in left  # the signal that names the other's conversation still begins so
    assert b"Zebulon" not in left
    assert b"bread for the sister" not in left
    with Store.open(tmp_path / "life.db") as store:
        store.forget([OTHERS])
        store.sweep()
        assert b"sister" not in on_disk(tmp_path)


def test_what_is_not_stored_cannot_be_forgotten_and_then_nothing_is(store: Store) -> None:
    remembered(store)
    with pytest.raises(StoreError, match=r"forgetting names episode day-9/none.*not stored"):
        store.forget([MINE, "day-9/none"])
    assert store.episode(MINE).messages == HEARD


def test_a_correction_reaches_every_copy_and_is_marked(store: Store) -> None:
    remembered(store)
    store.correct(MINE, 0, "my brother drinks")
    assert store.episode(MINE).messages == (Message("user", "my brother drinks"), HEARD[1])
    assert store.episode(MINE).visible["corrected"] == [0]
    assert store.episode(MINE).reflections == (PAUSE,)
    for copy in ("night-1/commentary/mine", "night-1/dream/0000"):
        assert store.episode(copy).messages[0].content == "my brother drinks"
    assert {signal.id: signal.prompt[0].content for signal in store.signals()} == {
        "s0": "my brother drinks",
        "s1": "my brother drinks",
        "s2": SECRET,
    }


@pytest.mark.parametrize(("place", "name"), [(1, MINE), (7, MINE), (0, "day-9/none")])
def test_only_a_persons_own_stored_words_can_be_corrected(store: Store, place: int, name: str) -> None:
    remembered(store)
    with pytest.raises(StoreError, match="correct"):
        store.correct(name, place, "otherwise")


def test_when_a_persons_episodes_were_written_is_theirs_alone(store: Store) -> None:
    remembered(store)
    before = time.time()
    store.add_episodes([Episode("day-3/0", 3, "newborn", "door", HEARD)])
    for name, owner in ((MINE, Owner("ann")), ("day-3/0", Owner("ann")), (OTHERS, Owner("ann", "hill"))):
        store.belong(name, owner)
    times = store.times_of(Owner("ann"))
    assert set(times) == {MINE, "day-3/0"}
    assert times[MINE] <= before <= times["day-3/0"] <= time.time()
