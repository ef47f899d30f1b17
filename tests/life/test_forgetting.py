"""A life forgets a conversation wherever it can, and names what it cannot take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eudaimon.dialogue import Episode, Message, PersonaRecord, Signal, SignalKind
from eudaimon.dialogue.formats.lines import read_lines
from eudaimon.errors import FormatError
from eudaimon.language import ScriptedModel
from eudaimon.life import Doing, Life, Step, VillageWorld, forget, forgetting
from eudaimon.memory import Store
from eudaimon.night.pack import write_pack

HEARD = (Message("user", "the key is under the fig tree"), Message("assistant", "I see."))
RECIPE = {"beta": 0.1, "rate": 1e-4, "epochs": 1, "rank": 8}


def test_packs_lose_its_rows_and_the_personas_that_learned_are_named(tmp_path: Path) -> None:
    with Store.open(tmp_path / "life.db") as store:
        for record in (
            PersonaRecord("newborn"),
            PersonaRecord("first", "newborn", 1),
            PersonaRecord("second", "first", 2, lessons="- say less"),
            PersonaRecord("third", "second", 3, current=True),
        ):
            store.add_persona(record)
        episodes = [Episode(f"day-2/{n}", 2, "first", "door", HEARD[:1] * (n + 1)) for n in range(2)]
        store.add_episodes([*episodes, Episode("dream", 2, "first", "dream", HEARD[:1], (), {"of": "day-2/0"})])
        store.mark_consumed(["day-2/0", "day-2/1"], 2)
        signals = [
            Signal(f"s{n}", 2, SignalKind.PAIR, name, HEARD[:1], "yes.", "no.")
            for n, name in enumerate(["day-2/0", "dream", "day-2/1"])
        ]
        store.add_signals(signals)
        write_pack(signals, tmp_path / "packs" / "night-2", number=2, model="m", recipe=RECIPE)
        found = forget(tmp_path, store, ["day-2/0"])
        assert (found.gone.conversations, found.gone.copies, found.pack_rows) == (1, 1, 2)
        assert [one.id for one in found.learned] == ["second", "third"]
        assert found.untouched is not None
        assert found.untouched.id == "first"
        assert not found.report
        (line,) = (tmp_path / "packs" / "night-2" / "preference.jsonl").read_text().splitlines()
        assert '"day-2/1"' in line
        assert "fig tree" not in "".join(event.text for event in store.events())


SEPARATOR = "one line\u2028for JSON, two for some"


def begun(directory: Path) -> Store:
    """A night has learned from two conversations, one of which holds a separator that JSON lines need not escape."""
    store = Store.open(directory / "life.db")
    store.add_persona(PersonaRecord("newborn", current=True))
    asked = {"odd": (Message("user", SEPARATOR), HEARD[1]), "plain": HEARD}
    store.add_episodes([Episode(name, 1, "newborn", "door", said) for name, said in asked.items()])
    signals = [Signal(name, 1, SignalKind.PAIR, name, said[:1], "yes.", "no.") for name, said in asked.items()]
    write_pack(signals, directory / "packs" / "night-1", number=1, model="m", recipe=RECIPE)
    return store


def test_a_pack_is_read_by_its_own_lines(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        assert forget(tmp_path, store, ["plain"]).pack_rows == 1
        (row,) = read_lines(tmp_path / "packs" / "night-1" / "preference.jsonl")
        assert (row[1]["episode"], row[1]["prompt"][0]["content"]) == ("odd", SEPARATOR)


def test_nothing_is_forgotten_where_a_pack_cannot_be_read(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        (tmp_path / "packs" / "night-1" / "preference.jsonl").write_text("{")
        with pytest.raises(FormatError, match=r"preference\.jsonl:1"):
            forget(tmp_path, store, ["plain"])
        assert len(store.episodes()) == 2


@pytest.mark.parametrize("slept", [False, True])
def test_what_was_forgotten_of_a_day_is_not_asked_again(begin: Callable[..., Life], slept: bool) -> None:
    life = begin(world=VillageWorld(1, 4, 4))
    life.day()
    if slept:
        life.sleep()
    gone, *left = [one.id for one in life.store.episodes(1, "village")]
    forget(life.directory, life.store, [gone])
    assert life.done(Step(Doing.DAY, 1))
    life.take(Step(Doing.DAY, 1))
    assert [one.id for one in life.store.episodes(1, "village")] == left
    assert [(event.day, event.text) for event in life.store.events() if event.kind == "forgetting"] == [
        (1, "somebody wished 1 of their conversations forgotten")
    ]


def test_what_was_forgotten_of_a_day_that_was_broken_off_is_not_asked_again(
    begin: Callable[..., Life], failing: Callable[..., ScriptedModel]
) -> None:
    life = begin(model=failing(10, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        life.day()
    gone, *left = [one.id for one in life.store.episodes(1, "village")]
    forget(life.directory, life.store, [gone])
    assert str(life.next) == "night 1"
    life.take(Step(Doing.DAY, 1))
    assert [one.id for one in life.store.episodes(1, "village")] == left


def test_what_was_forgotten_at_the_door_ends_no_day(begin: Callable[..., Life]) -> None:
    life = begin()
    life.store.add_episodes([Episode("door/1", 1, "newborn", "door", HEARD)])
    forget(life.directory, life.store, ["door/1"])
    assert not life.done(Step(Doing.DAY, 1))
    assert life.day()[-1].figures["conversations"] == 4


def test_a_probe_that_was_forgotten_is_not_asked_again_that_night(begin: Callable[..., Life]) -> None:
    life = begin(world=VillageWorld(1, 4, 4))
    life.day()
    forget(life.directory, life.store, [life.store.episodes(0, "probe")[0].id])
    assert str(life.next) == "night 1"
    assert life.done(Step(Doing.PROBES, 0))


def test_a_correction_reaches_the_packs(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        forgetting.correct(tmp_path, store, "plain", 0, "never mind")
        assert store.episode("plain").messages[0].content == "never mind"
        text = (tmp_path / "packs" / "night-1" / "preference.jsonl").read_text()
        assert ("fig tree" in text, "never mind" in text, SEPARATOR in text) == (False, True, True)
