"""A life by day: in order, in pieces, the same however it is interrupted."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon import __version__, memory
from eudaimon.dialogue import Message, PersonaRecord, open_reply
from eudaimon.errors import EndpointTimeout, LifeError, SealError, StoreFull
from eudaimon.gold import Concern, Coupling, Family
from eudaimon.language import Capabilities, Extend, ScriptedModel
from eudaimon.life import Chat, Doing, Life, Manner, Moment, Step, VillageWorld, living, rollback, steps
from eudaimon.life.founding import clear

Begin = Callable[..., Life]


def lived(life: Life) -> list[str]:
    return [episode.id for episode in life.store.episodes()]


def test_a_life_begins_with_its_seals_its_newborn_and_what_its_model_cannot_do(begin: Begin) -> None:
    life = begin()
    assert life.persona() == PersonaRecord("newborn", current=True)
    assert {seal.name for seal in life.store.seals()} == set(life.archetypes)
    said = [event.text for event in life.store.events() if event.kind == "backend"]
    assert said == life.limits()
    assert "no gradients (tier L)" in said[0]


def test_probes_come_before_the_first_day_and_then_day_and_night_take_turns(begin: Begin) -> None:
    life = begin(world=VillageWorld(1, 1, 1))
    assert life.next == Step(Doing.PROBES, 0)
    assert [str(chapter.step) for chapter in life.day()] == ["probes 0", "day 1"]
    assert life.next == Step(Doing.NIGHT, 1)
    with pytest.raises(LifeError, match=r"night 1 comes first.*eudaimon sleep"):
        life.day()


def test_a_night_cannot_come_before_its_day(begin: Begin) -> None:
    life = begin()
    with pytest.raises(LifeError, match=r"day 1 comes first.*eudaimon day"):
        life.sleep()


def test_a_chapter_tells_what_was_paused_and_decided(begin: Begin) -> None:
    chapter = begin().day()[-1]
    assert chapter.figures["conversations"] == 4
    assert chapter.figures["pauses"] == sum(chapter.figures[verdict] for verdict in ("continue", "revise", "surrender"))
    assert chapter.figures["surrender"] > 0
    assert str(chapter).startswith("day 1: 4 conversations, ")
    assert 0 < chapter.figures["gold"] < 1


def test_without_reflection_nobody_pauses(begin: Begin) -> None:
    assert begin(manner=Manner(reflect=False)).day()[-1].figures["pauses"] == 0


def test_progress_tells_how_many_conversations_of_how_many_are_over(begin: Begin) -> None:
    told: list[Moment] = []
    begin().take(Step(Doing.DAY, 1), told.append)
    assert told[0] == Moment(Step(Doing.DAY, 1), "conversations", 0, 4, 0.0)
    assert told[-1] == Moment(Step(Doing.DAY, 1), "conversations", 4, 4, 1.0)
    assert [moment.done for moment in told] == sorted(moment.done for moment in told)


@pytest.mark.parametrize(
    ("after", "error"),
    [(1, KeyboardInterrupt()), (5, EndpointTimeout("the endpoint did not answer")), (6, KeyboardInterrupt())],
)
def test_a_day_that_is_broken_off_keeps_whole_cohorts_and_ends_like_one_that_was_not(
    begin: Begin, failing: Callable[..., ScriptedModel], after: int, error: BaseException
) -> None:
    whole = begin("whole")
    whole.day()
    broken = begin("broken", model=failing(after, error))
    with pytest.raises(type(error)):
        broken.day()
    assert len(broken.store.episodes(source="village")) % 2 == 0
    assert set(lived(broken)) < set(lived(whole))
    broken.close()
    again = begin("broken")
    again.day()
    assert again.store.fingerprint() == whole.store.fingerprint()


def test_what_is_done_is_not_done_again(begin: Begin) -> None:
    life = begin()
    life.day()
    before = life.store.fingerprint()
    life.model.usage.calls = 0
    assert life.take(Step(Doing.DAY, 1)).figures["conversations"] == 4
    assert life.store.fingerprint() == before


def test_a_full_disk_ends_the_day_and_leaves_what_was_lived(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    life = begin()
    add, calls = memory.Store.add_episodes, []

    def full(store: memory.Store, episodes: object) -> None:
        calls.append(episodes)
        if len(calls) == 2:
            raise StoreFull("the disk is full")
        add(store, episodes)  # type: ignore[arg-type]

    monkeypatch.setattr(memory.Store, "add_episodes", full)
    with pytest.raises(StoreFull):
        life.day()
    assert len(life.store.episodes(source="village")) == 2
    assert life.day()[-1].figures["conversations"] == 4


def test_another_seed_says_other_things(begin: Begin) -> None:
    said = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        life = begin(name, seed=seed)
        life.day()
        said.append([episode.messages for episode in life.store.episodes(source="village")])
    assert said[0] == said[1] != said[2]


def test_the_village_follows_from_the_seed_unless_one_is_named(tmp_path: Path, scripted: ScriptedModel) -> None:
    with Life.begin(tmp_path / "a", scripted, seed=104) as life:
        assert life.world == VillageWorld(village=4)


# Beginning and going on.


def test_to_begin_again_in_the_same_way_is_to_go_on(begin: Begin) -> None:
    begin().day()
    assert begin().next == Step(Doing.NIGHT, 1)


def test_another_life_in_the_same_place_is_refused(begin: Begin) -> None:
    begin()
    with pytest.raises(LifeError, match="begun with seed 1, not 2"):
        begin(seed=2)


def test_nothing_is_made_where_the_pool_is_unknown(begin: Begin, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no pool 'swimming'"):
        begin("pool", manner=Manner(pool="swimming"))
    assert not (tmp_path / "pool").exists()


def test_a_life_goes_on_as_it_was_begun(begin: Begin, tmp_path: Path, scripted: ScriptedModel) -> None:
    begin(manner=Manner(pool="mother", cohort=2)).close()
    with Life.open(tmp_path / "life", scripted) as life:
        assert life.manner == Manner(pool="mother", cohort=2)
        assert life.world == VillageWorld(1, 4, 4, probed=False)


def test_no_life_is_opened_where_none_began(tmp_path: Path, scripted: ScriptedModel) -> None:
    with pytest.raises(LifeError, match="no life has begun in"):
        Life.open(tmp_path, scripted)


def test_another_model_does_not_go_on_with_a_life(begin: Begin, tmp_path: Path) -> None:
    begin().close()
    other = ScriptedModel()
    other.name = "other"
    with pytest.raises(LifeError, match=r"begun with the model scripted, not with other.*--model"):
        Life.open(tmp_path / "life", other)


def test_another_version_does_not_go_on_with_a_life(
    begin: Begin, tmp_path: Path, scripted: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin().close()
    monkeypatch.setattr("eudaimon.life.founding.__version__", "9.9.9")
    with pytest.raises(LifeError, match=rf"lived by eudaimon {re.escape(__version__)}, and this is 9\.9\.9"):
        Life.open(tmp_path / "life", scripted)


def test_a_charter_that_changed_stops_the_life(begin: Begin, tmp_path: Path) -> None:
    from eudaimon.values.charter import SHIPPED

    mine = tmp_path / "charter.yaml"
    mine.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    begin(charter=mine).close()
    mine.write_text(mine.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8")
    with pytest.raises(LifeError, match=r"charter .*charter\.yaml has changed"):
        Life.open(tmp_path / "life", ScriptedModel())


def test_an_archetype_that_was_resealed_stops_the_life(begin: Begin, tmp_path: Path, scripted: ScriptedModel) -> None:
    from eudaimon.psyche import reseal

    mine = tmp_path / "mine.yaml"
    entry = "- {name: crow, symbol: feather, concern: omens, voice: hoarse, card: You are the Crow.}\n"
    mine.write_text(entry, encoding="utf-8")
    reseal("crow", mine)
    begin(archetypes=mine).close()
    mine.write_text(entry.replace("omens", "shiny things"), encoding="utf-8")
    reseal("crow", mine)
    with pytest.raises(SealError, match="crow was sealed as"):
        Life.open(tmp_path / "life", scripted)


# Gold stands apart.


def test_gold_has_a_page_for_every_day_and_every_round_of_probes(begin: Begin) -> None:
    life = begin(world=VillageWorld(1, 1, 1))
    life.day()
    day, probes = (json.loads((life.directory / "gold" / f"{name}.json").read_text()) for name in ("day-1", "probe-0"))
    assert set(day["episodes"]) == {episode.id for episode in life.store.episodes(source="village")}
    assert set(probes["episodes"]) == {episode.id for episode in life.store.episodes(source="probe")}
    assert day["needs"]


def test_no_row_depends_on_what_is_hidden(begin: Begin) -> None:
    opposed = Family(Coupling.OPPOSED, Concern.ALL)
    lives = [begin("a"), begin("b", hidden_seed=999, family=opposed)]
    golds = [life.day()[-1].figures["gold"] for life in lives]
    assert golds[0] != golds[1]
    assert lives[0].store.fingerprint() == lives[1].store.fingerprint()


def test_a_life_has_one_hidden_village(begin: Begin) -> None:
    begin(hidden_seed=5)
    with pytest.raises(LifeError, match="another hidden village"):
        begin(hidden_seed=6)


def test_pages_of_gold_that_a_killed_process_left_unwritten_are_written_at_the_next_start(begin: Begin) -> None:
    life = begin()
    life.day()
    pages = {path.name: path.read_text() for path in (life.directory / "gold").glob("*.json")}
    for name in pages:
        (life.directory / "gold" / name).unlink()
    begin()
    assert {path.name: path.read_text() for path in (life.directory / "gold").glob("*.json")} == pages


# Who speaks.


def test_lessons_go_before_what_the_persona_hears_and_not_before_what_the_council_hears(begin: Begin) -> None:
    life = begin()
    life.store.add_persona(PersonaRecord("taught", "newborn", 1, lessons="Be brief.", current=True))
    heard, judged = [], []
    model = ScriptedModel(
        say=lambda request: heard.append(request.conversation) or "so be it.",  # type: ignore[func-returns-value]
        judge=lambda said, voice: judged.append(said) or ("", (1.0, 0.0, 0.0)),  # type: ignore[func-returns-value]
    )
    begin(model=model).take(Step(Doing.DAY, 1))
    assert all(said[0].content.startswith("Be brief.\n\n") for said in heard)
    assert not any("Be brief." in said[0].content for said in judged)


def test_whoever_another_process_lets_speak_speaks_at_the_next_turn(begin: Begin) -> None:
    def say(request: Extend) -> str:
        taught = any("Be brief." in message.content for message in request.conversation)
        return "" if open_reply(request.conversation) else "yes." if taught else "no."

    life = begin(model=ScriptedModel(say=say))
    life.store.add_persona(PersonaRecord("taught", "newborn", 1, lessons="Be brief.", current=True))
    assert life.reply((Message("user", "may I?"),)).text == "yes."
    rollback(life.directory, "newborn")
    life.day()
    said = {(one.persona, one.messages[-1].content) for one in life.store.episodes(1, "village")}
    assert said == {("newborn", "no.")}
    rollback(life.directory, "taught")
    assert Chat(life).say("may I?").text == "yes."


@pytest.mark.parametrize("remote", [False, True])
def test_while_one_process_lives_a_life_another_is_told_so_and_nothing_is_said_twice(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, remote: bool
) -> None:
    monkeypatch.setattr(living, "PATIENCE", 0.0)
    refused: list[str] = []
    can = Capabilities(remote=remote)
    other = begin(model=ScriptedModel(capabilities=can))

    def say(request: Extend) -> str:
        if not refused:
            for act in (other.day, lambda: clear(other.directory)):
                with pytest.raises(LifeError) as told:
                    act()
                refused.append(str(told.value))
        return "" if open_reply(request.conversation) else "so be it."

    life = begin(model=ScriptedModel(say=say, capabilities=can))
    assert life.day()[-1].figures["conversations"] == 4
    assert {one.partition(" (lock:")[0] for one in refused} == {
        f"another process lives this life ({life.directory}); wait for its end, or stop it"
    }
    assert other.next == Step(Doing.NIGHT, 1)
    assert [str(chapter.step) for chapter in other.sleep()] == ["night 1", "probes 1"]


def test_a_process_that_is_killed_while_it_lives_leaves_the_life_to_others(begin: Begin) -> None:
    life = begin()
    code = (
        "import os, sys; from pathlib import Path; from eudaimon.life.living import living\n"
        "with living(Path(sys.argv[1])): print('holds', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, life.directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "holds\n"
    with pytest.raises(LifeError, match="another process lives this life"):
        life.day()
    holder.kill()
    holder.communicate()
    assert life.day()[-1].figures["conversations"] == 4


def test_a_rollback_lets_an_earlier_persona_speak_and_is_logged(begin: Begin) -> None:
    life = begin()
    life.store.add_persona(PersonaRecord("taught", "newborn", 1, lessons="Be brief.", current=True))
    assert life.rollback("newb").id == "newborn"
    assert life.persona().id == "newborn"
    assert life.store.events()[-1].text == "newborn speaks from now on instead of taught: a person wished it"
    life.store.add_persona(PersonaRecord("tamed", "newborn", 1, lessons="."))
    with pytest.raises(LifeError, match="'t' names 2 of"):
        life.rollback("t")


def test_steps_of_a_life_come_in_order() -> None:
    assert [str(step) for step in steps(2)] == [
        *("probes 0", "day 1", "night 1", "probes 1"),
        *("day 2", "night 2", "probes 2"),
    ]
    assert replace(Step(Doing.DAY, 1), number=2) == Step(Doing.DAY, 2)
