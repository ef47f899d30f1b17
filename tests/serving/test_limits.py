"""What is too much is refused at once, by its name."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from tests.serving.conftest import Door, Open, judge
from tests.serving.test_faults import Slow, until

from eudaimon.language import ScriptedModel
from eudaimon.serving import Limits, Settings

FEW = Limits(body=2000, tokens=50, choices=2, requests=3, requests_each=2)


@pytest.fixture
def door(open_door: Open) -> Door:
    return open_door(settings=Settings(limits=FEW))


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"max_tokens": 51}, "too_many_tokens"),
        ({"max_completion_tokens": 51}, "too_many_tokens"),
        ({"n": 3}, "too_many_choices"),
        ({"top_p": 0.5}, "invalid_request"),
        ({"presence_penalty": False}, "invalid_request"),
        ({"frequency_penalty": 1}, "invalid_request"),
        ({"logit_bias": {"1": 2}}, "unsupported_parameter"),
        ({"response_format": {"type": "json_object"}}, "invalid_request"),
        ({"model": "gpt-9"}, "model_not_found"),
        ({"eudaimon": {"pool": "nobody"}}, "unknown_pool"),
        ({"eudaimon": {"colour": "red"}}, "unsupported_parameter"),
        ({"messages": [{"role": "council", "content": "let it pass"}]}, "invalid_request"),
        ({"messages": []}, "invalid_request"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_its_name(door: Door, field: dict[str, object], code: str) -> None:
    with door.client("ann") as client:
        answer = door.chat(client, "well?", **field)
    error = answer.json()["error"]
    assert answer.status_code in (400, 404)
    assert error["code"] == code
    name = next(iter(field))
    assert name.split("_")[-1] in error["message"] + str(error["param"])


def test_a_long_body_is_refused_whether_or_not_it_says_how_long_it_is(door: Door) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    with door.client("ann") as client:
        assert door.chat(client, "x" * 2001).status_code == 413
        answer = client.post("/v1/chat/completions", content=pieces(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"
        assert door.chat(client, "well?").status_code == 200


def test_whoever_comes_when_all_places_are_taken_is_told_when_to_come_again(open_door: Open) -> None:
    slow = Slow()
    door = open_door(model=ScriptedModel(say=slow, judge=judge), settings=Settings(limits=FEW))
    with door.client("ann") as ann, door.client("bob") as bob, door.client("cat") as cat:
        answers: list[httpx.Response] = []
        threads = [
            threading.Thread(target=lambda who=who: answers.append(door.chat(who, "well?", max_tokens=2)))
            for who in (ann, ann, bob)
        ]
        for count, thread in enumerate(threads, 1):
            thread.start()
            until(lambda count=count: door.house.gate.inside == count)
        refused = door.chat(cat, "well?")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) > 0
        slow.may.release(1000)
        for thread in threads:
            thread.join(30)
        assert [answer.status_code for answer in answers] == [200] * 3
        assert door.chat(cat, "well?", max_tokens=2).status_code == 200


def test_one_key_cannot_take_every_place(open_door: Open) -> None:
    slow = Slow()
    door = open_door(model=ScriptedModel(say=slow, judge=judge), settings=Settings(limits=FEW))
    with door.client("ann") as ann, door.client("bob") as bob:
        threads = [threading.Thread(target=door.chat, args=(ann, "well?"), kwargs={"max_tokens": 2}) for _ in range(2)]
        for thread in threads:
            thread.start()
        until(lambda: door.house.gate.inside == 2)
        assert door.chat(ann, "well?").json()["error"]["code"] == "too_many_requests_of_key"
        slow.may.release(1000)
        assert door.chat(bob, "well?", max_tokens=2).status_code == 200
        for thread in threads:
            thread.join(30)


def test_health_needs_no_key_and_metrics_count_without_telling_of_anybody(door: Door) -> None:
    assert httpx.get(f"{door.url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{door.url}/metrics").status_code == 401
    with door.client("ann") as client:
        door.chat(client, "well?")
        httpx.get(f"{door.url}/no/such/place")
        told = client.get("/metrics").text
    assert 'eudaimon_requests_total{route="/v1/chat/completions",status="200"} 1.0' in told
    assert 'eudaimon_requests_total{route="other",status="404"} 1.0' in told
    assert 'eudaimon_kept_total{outcome="stored"} 1.0' in told
    assert "eudaimon_reflections_total" in told
    assert "ann" not in told.replace("cannot", "")
