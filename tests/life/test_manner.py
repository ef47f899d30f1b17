"""Who sits in a life's council and what colours its speech, as people wish it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eudaimon.errors import CapabilityError, InputError
from eudaimon.language.backend import open_model
from eudaimon.life import Life, Manner, PeopleWorld, VillageWorld
from eudaimon.psyche import reseal

Begin = Callable[..., Life]
OWN = """\
- name: grandmother
  symbol: rocking chair
  concern: patience
  voice: slow
  card: You are the Grandmother.
"""
WITH_HER = "sage,fool,guardian,grandmother"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    reseal("grandmother", path)
    return path


def voices(life: Life) -> set[str]:
    reflections = [one for episode in life.store.episodes() for one in episode.reflections]
    return {comment.archetype for one in reflections for comment in one.decision.comments}


def test_an_archetype_of_ones_own_sits_in_the_council_that_lists_it(begin: Begin, own: Path) -> None:
    life = begin(archetypes=own, manner=Manner(pool=WITH_HER, cohort=2))
    life.day()
    assert voices(life) == {"sage", "fool", "guardian", "grandmother"}
    assert life.warnings() == []
    again = Life.open(life.directory, life.model)
    assert again.record.pool == WITH_HER
    again.close()


def test_one_that_no_council_would_hear_is_told_with_the_remedy(begin: Begin, own: Path) -> None:
    life = begin(archetypes=own)
    life.day()
    assert "grandmother" not in voices(life)
    (warning,) = life.warnings()
    assert warning.startswith("grandmother will not be heard: the pool is sage, mother")
    begin("next", archetypes=own, manner=Manner(pool=warning.partition("--pool ")[2].rstrip(").")))


def test_an_undertone_colours_the_days_and_not_the_probes(begin: Begin, newborn: Path) -> None:
    model = open_model(newborn)
    said = {}
    for name, weights in (("plain", {}), ("coloured", {"loving_child": 3.0})):
        manner = Manner(cohort=2, reflect=False, max_tokens=12, undertone=weights)
        life = begin(name, model, world=VillageWorld(1, 6, 1), manner=manner)
        life.day()
        said[name] = {episode.id: episode.messages for episode in life.store.episodes()}
    differ = {one for one, messages in said["plain"].items() if messages != said["coloured"][one]}
    assert all(one.startswith("day-1/") for one in differ)
    assert len(differ) >= 3, "of six"


def test_an_undertone_that_cannot_be_is_refused_before_anything_is_made(begin: Begin, tmp_path: Path) -> None:
    with pytest.raises(CapabilityError, match="cannot blend an undertone"):
        begin(manner=Manner(undertone={"sage": 0.2}))
    with pytest.raises(InputError, match="the undertone names 'grandfather'; name one of sage"):
        begin(manner=Manner(undertone={"grandfather": 0.2}))
    assert not (tmp_path / "life").exists()


def test_people_whose_words_the_model_does_not_know_are_told_of(begin: Begin, newborn: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    asked = ("My landlord raised the rent again?", "Should I quit university?", "What is vertigo?", "Why is grief odd?")
    path.write_text("\n".join(f'{{"messages": [{{"role": "user", "content": "{one}"}}]}}' for one in asked))
    model = open_model(newborn)
    (warning,) = begin("people", model, world=PeopleWorld.read(path, days=1)).warnings()
    assert "has no word for" in warning
    assert "--model" in warning
    assert begin("village", model).warnings() == []
