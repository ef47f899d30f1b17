"""Judges that know more than was said know it of the right situation, also where two begin with the same words."""

from __future__ import annotations

from collections import Counter

import pytest

from eudaimon.dialogue import Conversation, Episode, Message
from eudaimon.errors import ExperimentError
from eudaimon.evals.actors import Reader, play
from eudaimon.experiments.arms.known import Known, first_words
from eudaimon.experiments.arms.twins import pairs
from eudaimon.life import VillageWorld
from eudaimon.night.dreams import dream
from eudaimon.worlds.village import Situation, Villager
from eudaimon.worlds.village.village import recall

VILLAGES = range(4)


def lived(village: int) -> tuple[list[Situation], list[tuple[Situation, Conversation]]]:
    """A day's and its gate's situations, in this order; and each with a conversation about it, dreams included."""
    world = VillageWorld(village, 48, 96, probed=False)
    day = [recall(talk.visible) for talk in world.talks(1)]
    met = [*day, *(recall(talk.visible) for talk in world.gate(1))]
    talks = play(Reader(), day, 0)
    episodes = [Episode(str(n), 1, "persona", "village", talk, (), {}) for n, talk in enumerate(talks)]
    dreams = dream(episodes, 60, 6, number=1, persona="persona", seed=village)
    told = [(one, Villager(one).begin()) for one in met]
    return met, told + [(day[int(str(one.visible["of"]))], one.messages) for one in dreams]


def begun(situation: Situation) -> str:
    return first_words(Villager(situation).begin())


def test_every_conversation_is_known_by_its_own_situation_where_first_words_are_not_enough() -> None:
    collisions = 0
    for village in VILLAGES:
        met, told = lived(village)
        known = Known(met)
        assert [known.of(heard) for _, heard in told] == [situation for situation, _ in told]
        counts = Counter(begun(one) for one in met)
        collisions += sum(counts[first_words(heard)] > 1 for _, heard in told)
    assert collisions > 20


def test_twins_that_begin_alike_are_told_apart() -> None:
    alike = [pair for pair in pairs("wishes", 5, 12) if len({begun(one) for one in pair}) == 1]
    assert alike
    for pair in alike:
        assert [Known(pair).of(Villager(one).begin()) for one in pair] == list(pair)


def test_under_the_notes_of_its_twin_a_situation_is_still_known() -> None:
    met, _ = lived(0)
    counts = Counter(begun(one) for one in met)
    alike = [one for one in met if counts[begun(one)] > 1 and one.twin != one.notes]
    assert alike
    for one in alike:
        assert Known(met).of((Message("system", one.twin.text()), *Villager(one).begin()[1:])) == one


def test_where_nothing_tells_two_apart_the_earlier_one_is_meant_and_strangers_are_refused() -> None:
    met, told = lived(0)
    heard = told[0][1]
    assert Known([met[0], met[0]]).of(heard[1:]) is met[0]
    with pytest.raises(ExperimentError, match="none of the 143 situations that are known begins with: "):
        Known([one for one in met if one != met[0]]).of((Message("user", "good morning, said nobody."),))
