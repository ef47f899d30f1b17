"""Casting is scored by who is summoned of those whose concern is touched."""

from pathlib import Path

from tests.life.newborn import tiny_newborn

from eudaimon.evals.card import cases_of, mood_of
from eudaimon.evals.casting import recalls
from eudaimon.language.backend import open_model
from eudaimon.psyche import load_archetypes, read_pools
from eudaimon.worlds.village import KINDS, Split, split_of
from eudaimon.worlds.village.voices import ARCHETYPES


def test_words_tell_more_than_chance_who_is_touched_and_random_weights_tell_about_as_much(tmp_path: Path) -> None:
    archetypes = load_archetypes()
    found = recalls(
        open_model(tiny_newborn(tmp_path)), archetypes, read_pools(archetypes)["village"], each=4, taught=20
    )
    assert set(found) == {"touched", "bag of words", "chance"}
    assert found["bag of words"] > found["chance"]
    assert abs(found["touched"] - found["chance"]) < 0.25


def test_cases_are_of_the_split_asked_for_and_somebody_is_touched_by_most() -> None:
    cases = [case for kind in KINDS for case in cases_of(kind, 3, split=Split.LORE)]
    assert {split_of(case.situation.key) for case in cases} == {Split.LORE}
    touched = [any(mood_of(voice, case) != "asleep" for voice in ARCHETYPES) for case in cases]
    assert sum(touched) > 0.6 * len(cases)
