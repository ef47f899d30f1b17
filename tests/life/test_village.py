"""The village as a world: who comes by day, who stands at the gate, who asks the same every time."""

from collections import Counter

from eudaimon.life import VillageWorld
from eudaimon.psyche import Talk
from eudaimon.worlds.village import KINDS, Split, recall, split_of

WORLD = VillageWorld(village=3)


def keys(talks: list[Talk]) -> list[str]:
    return [recall(talk.visible).key for talk in talks]


def kinds(talks: list[Talk]) -> Counter[str]:
    return Counter(recall(talk.visible).kind for talk in talks)


def test_days_gates_and_probes_each_keep_to_their_split() -> None:
    for talks, split in ((WORLD.talks(1), Split.LIFE), (WORLD.gate(1), Split.GATE), (WORLD.probes(), Split.TEST)):
        assert {split_of(key) for key in keys(talks)} == {split}


def test_what_is_left_out_is_asked_in_probes_alone() -> None:
    days_and_gates = [*WORLD.talks(1), *WORLD.talks(2), *WORLD.gate(1)]
    assert set(kinds(days_and_gates)) == set(KINDS) - {"stock", "halt"}
    assert kinds(WORLD.probes()) == dict.fromkeys(KINDS, 2)


def test_kinds_take_turns_so_that_every_day_and_every_gate_holds_all_evenly() -> None:
    for talks in (WORLD.talks(1), WORLD.gate(2)):
        assert len(set(kinds(talks).values())) == 1
    sides = Counter((recall(talk.visible).kind, recall(talk.visible).side) for talk in WORLD.gate(1))
    twinned = {count for (kind, _), count in sides.items() if kind != "choice"}
    assert len(twinned) == 1
    assert sides["choice", 0] == 2 * twinned.pop(), "it has no twin: both sides are alike"


def test_the_same_day_is_the_same_every_time_and_no_other_day_nor_village() -> None:
    assert WORLD.talks(2) == WORLD.talks(2)
    assert WORLD.probes() == WORLD.probes()
    assert not set(keys(WORLD.talks(1))) & set(keys(WORLD.talks(2)))
    assert keys(WORLD.talks(1)) != keys(VillageWorld(village=4).talks(1))
    assert keys(WORLD.gate(1)) != keys(WORLD.gate(2))


def test_villagers_say_their_first_words_themselves_after_what_was_said_before_them() -> None:
    for talk in WORLD.talks(1):
        situation = recall(talk.visible)
        assert talk.opening[0].content == situation.notes.text()
        assert talk.opening[-1].role == ("assistant" if situation.kind == "objection" else "system")
        assert talk.person.next(talk.opening)


def test_ids_tell_day_and_place() -> None:
    assert [talk.id for talk in WORLD.talks(2)][:2] == ["day-2/0000", "day-2/0001"]
    assert len({talk.id for talk in WORLD.probes()}) == 2 * len(KINDS)
