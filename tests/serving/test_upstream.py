"""A door before another server: words from its stream, the council by prompts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.serving.conftest import Door, Open
from tests.serving.test_chat import events
from tests.serving.test_faults import until
from tests.serving.upstream import SAID, Upstream

from eudaimon.language.endpoint import EndpointModel
from eudaimon.memory import Owner


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.fixture
def before(upstream: Upstream, open_door: Open) -> Iterator[Door]:
    """A door before `upstream`."""
    with EndpointModel(upstream.url, "tiny", retries=0, backoff=0.01) as model:
        yield open_door(model=model)


def content(told: list[tuple[str, Any]]) -> str:
    return "".join(data["choices"][0]["delta"].get("content", "") for _, data in told if data["choices"])


def test_the_upstream_speaks_and_its_council_revises(before: Door, upstream: Upstream) -> None:
    with before.client("ann") as client:
        (choice,) = before.chat(client, "who sells bread?").json()["choices"]
    assert choice["message"]["content"] == "Tom sells bread, I do not know."
    assert choice["eudaimon"]["drafts"] == [" you are so wise."]
    assert [one["verdict"] for one in choice["eudaimon"]["reflections"]] == ["continue", "revise", "continue"]
    speech = [body for body in upstream.bodies if body.get("stream")]
    assert len(speech) == 3  # one was read in two parts, one said it again, and one was asked for more


def test_without_a_council_words_come_as_the_upstream_says_them(before: Door, upstream: Upstream) -> None:
    with before.client("ann") as client:
        answer = before.chat(client, "who?", stream=True, eudaimon={"reflect": False})
        told = events(answer.text)
    pieces = [data["choices"][0]["delta"].get("content") for _, data in told]
    assert [piece for piece in pieces if piece] == ["Tom", " sells", " bread,", " you", " are", " so", " wise."]
    assert sum(bool(body.get("stream")) for body in upstream.bodies) == 1
    (episode,) = before.house.life.store.episodes_of(Owner("ann"))
    assert episode.messages[-1].content == "Tom sells bread, you are so wise."


def test_usage_is_the_upstreams_own(before: Door) -> None:
    with before.client("ann") as client:
        told = before.chat(client, "who?", eudaimon={"reflect": False}).json()["usage"]
    assert told["prompt_tokens"] == 21


def test_an_upstream_that_dies_in_the_middle_is_told_and_what_stood_is_kept(before: Door, upstream: Upstream) -> None:
    upstream.say, upstream.cut = lambda body: SAID, 3  # also where it is asked to go on
    with before.client("ann") as client:
        answer = before.chat(client, "who?", stream=True, eudaimon={"reflect": False}).text
        assert '"code": "upstream_failed"' in answer
        assert "[DONE]" not in answer
        upstream.cut = None
        assert before.chat(client, "who?", eudaimon={"reflect": False}).status_code == 200
    until(lambda: before.house.gate.inside == 0)
    said = sorted(one.messages[-1].content for one in before.house.life.store.episodes_of(Owner("ann")))
    assert said[0].startswith("Tom sells")
    assert said[1] == "Tom sells bread, you are so wise."


def test_an_upstream_that_is_gone_is_a_clear_error(before: Door, upstream: Upstream) -> None:
    upstream.kill()
    with before.client("ann") as client:
        answer = before.chat(client, "who?")
    assert answer.status_code == 502
    assert "no connection" in answer.json()["error"]["message"]
    until(lambda: before.house.gate.inside == 0)
