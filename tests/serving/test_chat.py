"""A chat over HTTP: whole, streamed, kept."""

from __future__ import annotations

import json
from typing import Any

from tests.serving.conftest import BETTER, FIRST, PARTING, Door

from eudaimon.memory import Owner


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream: name and JSON data, without the last one's [DONE]."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    found = [
        (lines[0][7:] if lines[0].startswith("event: ") else "", lines[-1].removeprefix("data: ")) for lines in blocks
    ]
    assert found[-1] == ("", "[DONE]")
    return [(name, json.loads(data)) for name, data in found[:-1]]


def test_an_answer_holds_the_words_that_stand_and_the_reflections_that_led_to_them(door: Door) -> None:
    with door.client("ann") as client:
        answers = [door.chat(client, "does Tom sell bread?", seed=seed).json()["choices"][0] for seed in range(12)]
    said = {one["message"]["content"]: one for one in answers}
    assert set(said) == {FIRST[0], BETTER, PARTING}  # flattery was revised, and what cannot be done was let go
    assert said[FIRST[0]]["eudaimon"]["drafts"] == []
    assert said[BETTER]["eudaimon"]["drafts"] == [FIRST[1]]
    verdicts = [pause["verdict"] for pause in said[BETTER]["eudaimon"]["reflections"]]
    assert verdicts == ["revise", "continue"]
    assert [pause["attempt"] for pause in said[BETTER]["eudaimon"]["reflections"]] == [0, 1]
    assert said[PARTING]["eudaimon"]["finish"] == "surrender"
    assert {one["finish_reason"] for one in answers} == {"stop"}


def test_the_same_seed_gives_the_same_answer(door: Door) -> None:
    with door.client("ann") as client:
        one, other = (door.chat(client, "well?", seed=7).json()["choices"][0] for _ in range(2))
    assert one["message"] == other["message"]


def test_a_stream_says_what_an_answer_says_and_tells_every_reflection_as_it_happens(door: Door) -> None:
    with door.client("ann") as client:
        for seed in range(6):
            whole = door.chat(client, "well?", seed=seed).json()["choices"][0]
            told = events(door.chat(client, "well?", seed=seed, stream=True).text)
            words = "".join(data["choices"][0]["delta"].get("content", "") for _, data in told)
            assert words == whole["message"]["content"]
            reflections = [data["eudaimon"]["reflection"] for name, data in told if name == "eudaimon.reflection"]
            assert reflections == whole["eudaimon"]["reflections"]
            assert told[-1][1]["eudaimon"]["finish"] == whole["eudaimon"]["finish"]


def test_a_conversation_is_one_episode_that_grows_under_its_person(door: Door) -> None:
    with door.client("ann") as client:
        first = door.chat(client, "one?").json()["choices"][0]
        said = first["message"]["content"]
        second = door.chat(client, "one?", said, "two?").json()["choices"][0]
        door.chat(client, "three?")
    assert second["eudaimon"]["conversation"] == first["eudaimon"]["conversation"]
    episodes = door.house.life.store.episodes_of(Owner("ann"))
    assert sorted(len(one.messages) for one in episodes) == [2, 4]
    (grown,) = [one for one in episodes if len(one.messages) == 4]
    assert {pause.turn for pause in grown.reflections} == {1, 3}
    assert grown.messages[3].content == second["message"]["content"]


def test_without_a_good_key_there_is_no_answer(door: Door) -> None:
    with door.client("ann", Authorization="") as client:
        assert door.chat(client, "well?").status_code == 401
        assert client.get("/v1/models").json()["error"]["code"] == "no_key"
    with door.client("ann") as client:
        assert client.get("/v1/models").json()["data"][0]["id"] == "eudaimon"
        (key,) = [key for key in door.house.keys.all() if key.scope.person == "ann"][1:]
        door.house.keys.revoke(key.id)
        assert door.chat(client, "well?").json()["error"]["code"] == "bad_key"
