"""Real people's questions as a world."""

import json
from pathlib import Path

import pytest

from eudaimon.dialogue import Message, open_reply
from eudaimon.errors import ContentRefused, FormatError, InputError, LifeError, NotTaken, TooLong
from eudaimon.language import Capabilities, Extend, Extension, ScriptedModel
from eudaimon.life import Life, Manner, Moment, PeopleWorld
from eudaimon.life.world import described, recreated
from eudaimon.psyche import Talk


def write(path: Path, count: int) -> Path:
    rows = [
        {
            "messages": [
                {"role": "system", "content": f"room {number}"},
                {"role": "user", "content": f"question {number}?"},
                {"role": "assistant", "content": "whatever."},
                {"role": "user", "content": f"and then, {number}?"},
            ]
        }
        for number in range(count)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def world(tmp_path: Path) -> PeopleWorld:
    return PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=3)


def answer(request: Extend) -> str:
    return "" if open_reply(request.conversation) else "an answer."


def firsts(talks: list[Talk]) -> set[str]:
    return {str(talk.person.next(talk.opening)) for talk in talks}


def test_a_persons_turns_are_asked_in_order_whatever_the_answers(world: PeopleWorld) -> None:
    talk = world.talks(1)[0]
    (opening,) = talk.opening
    number = opening.content.split()[1]
    said = [Message("user", f"question {number}?"), Message("assistant", "no.")]
    assert talk.person.next((opening,)) == f"question {number}?"
    assert talk.person.next((opening, *said)) == f"and then, {number}?"
    assert talk.person.next((opening, *said, *said)) is None


def test_every_question_is_asked_once_at_the_gate_in_the_probes_or_on_one_day(world: PeopleWorld) -> None:
    parts = [firsts(talks) for talks in (world.gate(1), world.probes(), *map(world.talks, (1, 2, 3)))]
    assert [len(part) for part in parts] == [4, 2, 5, 5, 4]
    assert len(set().union(*parts)) == 20


def test_the_gate_stays_held_out_on_every_night_and_days_come_again(world: PeopleWorld) -> None:
    assert firsts(world.gate(1)) == firsts(world.gate(2))
    assert firsts(world.talks(4)) == firsts(world.talks(1))
    assert world.talks(4)[0].id == "day-4/0000"


def test_a_day_holds_no_more_conversations_than_wished(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1, conversations=3)
    assert len(world.talks(1)) == 3


def test_a_life_that_goes_on_hears_those_who_had_no_place_on_its_first_days(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1, conversations=4)
    days = [firsts(world.talks(day)) for day in range(1, 6)]
    assert [len(day) for day in days] == [4] * 5
    assert not days[0] & days[1]
    assert len(set().union(*days[:4])) == 14  # besides 4 at the gate and 2 probes
    assert len(days[3] & days[0]) == 2  # who fill the last places come again, first those who came first


def test_where_nobody_is_held_out_everybody_comes_by_day(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1, held_out=False)
    assert (len(world.talks(1)), world.gate(1), world.probes()) == (20, [], [])
    assert recreated("people", described(world)) == world


@pytest.mark.parametrize("remote", [False, True])
def test_a_night_without_probes_and_without_a_gate_is_slept(tmp_path: Path, remote: bool) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 6), days=1, held_out=False)
    model = ScriptedModel(say=answer, capabilities=Capabilities(remote=remote))
    told: list[Moment] = []
    with Life.begin(tmp_path / "life", model, world=world) as life:
        life.day()
        assert [str(chapter.step) for chapter in life.sleep(told.append)] == ["night 1", "probes 1"]
    assert all(0 <= moment.share <= 1 for moment in told)


class Brief(ScriptedModel):
    """Takes no question that is named."""

    def __init__(self, *long: str, why: NotTaken | None = None) -> None:
        super().__init__(say=answer)
        self.long, self.why = long, why or TooLong("there is no room.")

    def extend(self, requests: list[Extend]) -> list[Extension]:
        if any(name in message.content for one in requests for message in one.conversation for name in self.long):
            raise self.why
        return super().extend(requests)


def test_a_life_goes_on_where_the_last_people_of_a_day_ask_too_much(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1)
    last = [str(talk.person.next(talk.opening)) for talk in world.talks(1)[-2:]]
    with Life.begin(tmp_path / "life", Brief(*last), world=world, manner=Manner(cohort=2)) as life:
        told = [str(chapter) for chapter in life.live(1)]
    assert "; 2 ended, being longer than the model reads" in told[1]
    assert "nobody" not in told[1]
    assert told[-1].startswith("probes 1")


def test_a_day_of_which_nobody_can_be_answered_is_told_and_slept_on(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1)
    with Life.begin(tmp_path / "life", Brief("question"), world=world, manner=Manner(cohort=2)) as life:
        told = [str(chapter) for chapter in life.live(1)]
    assert "; nobody was answered, as they would be by a model that reads more (there is no room.)" in told[1]
    assert told[-1].startswith("probes 1")


def test_a_life_goes_on_where_an_endpoint_refuses_what_some_people_ask(tmp_path: Path) -> None:
    world = PeopleWorld.read(write(tmp_path / "people.jsonl", 20), days=1)
    asked = [str(talk.person.next(talk.opening)) for talk in world.talks(1)[:2]]
    model = Brief(*asked, why=ContentRefused("it was flagged."))
    with Life.begin(tmp_path / "life", model, world=world, manner=Manner(cohort=2)) as life:
        told = [str(chapter) for chapter in life.live(1)]
    assert "; 2 ended, being refused for what was said in them" in told[1]
    assert told[-1].startswith("probes 1")


def test_the_same_conversation_twice_in_the_file_is_asked_once(tmp_path: Path) -> None:
    path = write(tmp_path / "people.jsonl", 10)
    path.write_text(path.read_text(encoding="utf-8") + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    world = PeopleWorld.read(path, days=1)
    assert len(world.gate(1)) + len(world.probes()) + len(world.talks(1)) == 10


def test_too_few_conversations_are_refused_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2 days need 2 different conversations"):
        PeopleWorld.read(write(tmp_path / "people.jsonl", 3), days=2)


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "people.jsonl", 5)
    path.write_text(path.read_text(encoding="utf-8") + "\n{}", encoding="utf-8")
    with pytest.raises(FormatError, match=r"people\.jsonl:6"):
        PeopleWorld.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nobody\.jsonl"):
        PeopleWorld.read(tmp_path / "nobody.jsonl")


def test_the_world_comes_back_from_its_settings_unless_the_file_has_changed(world: PeopleWorld) -> None:
    again = recreated("people", described(world))
    assert again == world
    with pytest.raises(LifeError, match="has changed since this life began"):
        PeopleWorld(world.path, "0" * 64).gate(1)


@pytest.mark.parametrize("told", ["person", "system"])
def test_what_several_people_ask_is_in_one_part_alone(tmp_path: Path, told: str) -> None:
    def row(number: int) -> dict[str, object]:
        asked = {"role": "user", "content": f"question {number % 20}?"}
        if told == "person":
            return {"messages": [asked], "person": f"{number:064x}"}
        return {"messages": [{"role": "system", "content": f"room {number}"}, asked]}

    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(json.dumps(row(number)) for number in range(200)), encoding="utf-8")
    world = PeopleWorld.read(path, days=2, conversations=200, at_gate=200)
    parts = [firsts(talks) for talks in (world.gate(1), world.probes(), [*world.talks(1), *world.talks(2)])]
    assert all(parts)
    assert len(set().union(*parts)) == sum(map(len, parts)) == 20
