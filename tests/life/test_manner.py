"""Who sits in a life's council and what colours its speech, as people wish it."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from eudaimon.dialogue import Message
from eudaimon.errors import CapabilityError, EndpointGarbled, InputError
from eudaimon.language import ScriptedModel
from eudaimon.language.backend import open_model
from eudaimon.language.endpoint import EndpointModel
from eudaimon.life import Chat, Life, Manner, PeopleWorld, VillageWorld
from eudaimon.life.limits import price
from eudaimon.psyche import load_archetypes, reseal

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
    assert not [one for one in life.warnings() if "heard" in one]
    again = Life.open(life.directory, life.model)
    assert again.record.pool == WITH_HER
    again.close()


def test_one_that_no_council_would_hear_is_told_with_the_remedy(begin: Begin, own: Path) -> None:
    life = begin(archetypes=own)
    life.day()
    assert "grandmother" not in voices(life)
    (warning,) = [one for one in life.warnings() if "heard" in one]
    assert warning.startswith("grandmother will not be heard: the pool is sage, mother")
    begin("next", archetypes=own, manner=Manner(pool=warning.partition("--pool ")[2].rstrip(").")))


def test_one_that_means_nothing_to_a_model_born_with_others_is_told(begin: Begin, own: Path, newborn: Path) -> None:
    life = begin("born", open_model(newborn), archetypes=own, manner=Manner(pool=WITH_HER, cohort=2))
    (warning,) = [one for one in life.warnings() if "understood" in one]
    assert warning.startswith("grandmother will not be understood")
    others = begin("alone", open_model(newborn), archetypes=own)
    assert not [one for one in others.warnings() if "understood" in one]


@pytest.mark.long
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
    (warning,) = strange(begin("people", model, world=PeopleWorld.read(path, days=1)))
    assert "--model" in warning
    assert strange(begin("village", model)) == []


def strange(life: Life) -> list[str]:
    return [one for one in life.warnings() if "has no word for" in one]


def test_a_gate_too_small_for_any_night_and_people_who_never_come_are_told_of(begin: Begin, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text("\n".join(f'{{"messages": [{{"role": "user", "content": "why {n}?"}}]}}' for n in range(40)))
    small = begin("small", world=VillageWorld(1, 2, 4)).warnings()
    assert any(one.startswith("4 stand at the gate, where 5 have to") for one in small)
    assert begin("enough", world=VillageWorld(1, 2, 5)).warnings() == []
    (never,) = begin("people", world=PeopleWorld.read(path, days=2, conversations=5, at_gate=6)).warnings()
    assert never.endswith("Begin the life with more --conversations, or live on after day 2, when more of them come.")
    (gate,) = begin("gate", world=PeopleWorld.read(path, days=2, at_gate=6)).warnings()
    assert gate.endswith("Begin the life with more --conversations.")
    assert never.startswith(
        "Of 40 conversations 8 are held out for the gate, where at most 6 stand, 4 as probes, of which at most 26 are "
        "asked, and 10 of the other 28 come by day 2, at most 5 each day."
    )
    assert begin("all", world=PeopleWorld.read(path, days=2)).warnings() == []


def test_whom_nobody_pulls_against_is_told_of(begin: Begin) -> None:
    told = begin("companion", world=VillageWorld(1, 2, 5), manner=Manner(pool="companion")).warnings()
    assert told == ["In this pool nobody pulls against sage, fool, anima."]


@pytest.mark.parametrize(
    ("logprobs", "seats", "said"),
    [
        (False, 5, "A pause costs about 65 requests: 8 voices are asked whether they are touched, and 5 are heard, "),
        (False, 0, "A pause costs about 40 requests: 8 are heard, each 5 times. A smaller --pool makes it cheaper."),
        (True, 5, "A pause costs about 13 requests: 8 voices are asked whether they are touched, and 5 are heard. "),
    ],
)
def test_what_a_pause_costs_at_an_endpoint_is_said(logprobs: bool, seats: int, said: str) -> None:
    with EndpointModel("http://localhost/v1", "m", logprobs=logprobs) as model:
        (told,) = price(model, load_archetypes(), "village", seats)
    assert told.startswith(said)
    assert price(ScriptedModel(), load_archetypes(), "village", seats) == []


def test_an_endpoint_whose_verdicts_cannot_be_read_is_told_of_before_a_life_begins(begin: Begin) -> None:
    def thinks(request: httpx.Request) -> httpx.Response:
        said = {"content": None, "reasoning_content": "Okay, so the user wants"}
        return httpx.Response(200, json={"choices": [{"message": said, "finish_reason": "length"}]})

    with (
        EndpointModel("http://localhost/v1", "m", transport=httpx.MockTransport(thinks)) as model,
        pytest.raises(EndpointGarbled, match=r"endpoint:m answers, but neither a comment .* thinking switched off"),
    ):
        begin("mute", model)


@pytest.mark.parametrize("last", ["A gate.\nVerdict: continue", "a gate"])
def test_an_endpoint_that_babbles_is_lived_with_and_told_of_where_it_never_says_a_verdict(
    begin: Begin, last: str
) -> None:
    answers = iter(["a gate", "a door", "", "a gate", last])

    def babbles(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"choices": [{"message": {"content": next(answers)}}]})

    with EndpointModel("http://localhost/v1", "m", transport=httpx.MockTransport(babbles), concurrency=1) as model:
        told = begin("weak", model).warnings()
    assert [line for line in told if "none can be read" in line] == [
        "endpoint:m was asked for a verdict as sage, and none can be read from what it says. A council that cannot be "
        "read lets everything stand: serve a model that does as it is asked, with thinking switched off."
    ] * (last == "a gate")


def test_a_reply_may_have_an_undertone_of_its_own(begin: Begin) -> None:
    life = begin("own", open_model(), world=VillageWorld(1, 4, 1), manner=Manner(reflect=False))
    asked = [(*one.opening, Message("user", str(one.person.next(one.opening)))) for one in life.world.talks(1)]
    plain = [life.reply(one).text for one in asked]
    assert [life.reply(one, undertone={"loving_child": 3.0}).text for one in asked] != plain
    assert [life.reply(one, undertone={}).text for one in asked] == plain
    with pytest.raises(InputError, match="the undertone names 'grandfather'"):
        Chat(life, undertone={"grandfather": 0.2})
