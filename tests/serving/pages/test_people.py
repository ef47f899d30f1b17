"""What is remembered can be seen, exported, corrected and forgotten by its person, and by nobody else."""

from __future__ import annotations

import json
from pathlib import Path

from tests.serving.conftest import opened
from tests.serving.pages.conftest import Home, Visit, model
from tests.serving.pages.test_talking import name_of, say

from eudaimon.life import Doing, PeopleWorld, Step

SECRET = "quince under the seventh stair"


def on_disk(home: Home) -> bytes:
    place: Path = home.door.house.life.directory
    return b"".join(path.read_bytes() for path in place.glob("life.db*"))


def learned_from(home: Home, *said: str) -> Visit:
    """Somebody whose words a night has learned from."""
    ann = home.visit(learns=True)
    for words in said:
        say(ann, words)
    life = home.door.house.life
    life.take(Step(Doing.DAY, 3))
    life.take(Step(Doing.NIGHT, 3))
    return ann


def test_everything_that_is_kept_of_a_person_is_in_their_export_and_nothing_of_others(home: Home) -> None:
    ann, bo = home.visit(), home.visit("bo")
    say(ann, SECRET)
    say(bo, "nothing much")
    told = json.loads(ann.see("/people/export.json"))
    assert (told["person"], len(told["episodes"])) == (ann.owner.person, 1)
    assert SECRET in json.dumps(told)
    assert "nothing much" not in json.dumps(told)
    assert told["episodes"][0]["reflections"]


def test_forgetting_a_conversation_takes_it_and_leaves_the_others(fresh: Home) -> None:
    home, ann = fresh, fresh.visit()
    path = say(ann, SECRET)
    other = say(ann, "is it raining?")
    page = ann.do("/people/forget", episode=name_of(path)).text
    assert "1 conversation" in page
    assert "no night had learned from it" in page
    assert ann.http.get(path).status_code == 404
    assert SECRET.encode() not in on_disk(home)
    assert "is it raining?" in ann.see(other)


def test_forgetting_all_takes_what_nights_made_of_it_and_names_what_stays(fresh: Home) -> None:
    home, ann = fresh, learned_from(fresh, SECRET)
    store = home.door.house.life.store
    (mine,) = store.episodes_of(ann.owner)
    assert mine in store.consumed(3)
    assert SECRET.encode() in on_disk(home)
    assert "night 3 drew" in ann.see("/people")
    asked = ann.see("/people/forget")
    learned = [one for one in store.personas() if one.night == 3]
    assert all(one.id[:16] in asked for one in learned)
    page = ann.do("/people/forget", everything="yes").text
    assert all(f"{one.id[:16]}</code> (night 3" in page for one in learned)
    assert store.episodes_of(ann.owner) == []
    assert not any(mine.id in json.dumps([one.id, *map(str, one.visible.values())]) for one in store.episodes())
    for source in ("commentary", "dream"):
        assert not any(SECRET in m.content for one in store.episodes(source=source) for m in one.messages)
    assert not any(SECRET in m.content for signal in store.signals() for m in signal.prompt)
    packs = home.door.house.life.directory.glob("packs/*/*.jsonl")
    assert not any(SECRET in path.read_text() for path in packs)
    assert ann.do("/people/forget", everything="yes").status_code == 404


def test_the_copies_that_a_night_made_of_somebodys_words_are_shown_to_nobody_else(fresh: Home) -> None:
    home, ann = fresh, learned_from(fresh, SECRET)
    for page in ("/nights", "/council", "/people", "/"):
        assert SECRET not in home.visit("bo").see(page)
    assert SECRET in ann.see("/nights") or "drawn from what other people said" not in ann.see("/nights")


def test_a_correction_stands_everywhere_and_the_old_words_are_gone(fresh: Home) -> None:
    home, ann = fresh, fresh.visit()
    path = say(ann, f"my name is {SECRET}")
    store = home.door.house.life.store
    (episode,) = store.episodes_of(ann.owner)
    place = next(i for i, m in enumerate(episode.messages) if m.role == "user")
    answer = ann.do("/people/correct", episode=episode.id, place=str(place), text="my name is Ann")
    assert answer.status_code == 303
    assert "my name is Ann" in ann.see(path)
    assert "You said (corrected)" in ann.see("/people")
    assert SECRET.encode() not in on_disk(home)
    say(ann, "go on", name_of(path))
    assert store.episodes_of(ann.owner)[-1].messages[place].content == "my name is Ann"


def test_nobody_corrects_or_forgets_what_is_not_theirs(home: Home) -> None:
    ann, bo = home.visit(), home.visit("bo")
    path = say(ann, SECRET)
    (episode,) = home.door.house.life.store.episodes_of(ann.owner)
    for place in ("0", "1", "99", "-1"):
        assert bo.do("/people/correct", episode=episode.id, place=place, text="x").status_code == 404
    assert bo.do("/people/forget", episode=name_of(path)).status_code == 404
    assert bo.do("/people/forget", everything="yes").status_code == 404
    village = home.door.house.life.store.episodes(source="village")[0]
    assert ann.do("/people/forget", episode=village.id).status_code == 404
    assert ann.do("/people/correct", episode=episode.id, place="99", text="x").status_code == 404
    assert SECRET in ann.see("/people")


def test_real_peoples_conversations_that_are_nobodys_here_are_shown_to_stewards_alone(tmp_path: Path) -> None:
    asked = [{"role": "user", "content": f"are you wise about plum number {n}?"} for n in range(20)]
    lines = [{"messages": [one, {"role": "assistant", "content": "."}]} for one in asked]
    file = tmp_path / "people.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    world = PeopleWorld.read(file, days=1, conversations=6, at_gate=4)
    with opened(tmp_path / "life", model(), world=world) as door:
        list(door.house.life.live(days=1))
        home = Home(door, {})
        ann, steward = home.visit(), home.visit("sue", steward=True)
        assert "plum number" in steward.see("/nights")
        for page in ("/nights", "/council", "/", "/people"):
            assert "plum number" not in ann.see(page)
        assert "drawn from what other people said" in ann.see("/nights")
