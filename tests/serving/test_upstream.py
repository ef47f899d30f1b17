"""A door before another server: words from its stream, the council by prompts beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.serving.conftest import Door, Open
from tests.serving.test_chat import events
from tests.serving.test_faults import until
from tests.serving.upstream import SAID, Upstream

from eudaimon.dialogue import Conversation, Message, with_reply
from eudaimon.language import Extend
from eudaimon.language.chunk import Chunk
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.patience import Patience
from eudaimon.memory import Owner
from eudaimon.serving.speaking.reading import Reading

QUIET: dict[str, Any] = {"eudaimon": {"reflect": False}}


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


def test_what_the_upstream_refuses_for_what_it_says_cannot_be_answered_and_the_next_can(
    before: Door, upstream: Upstream
) -> None:
    upstream.refuse = lambda body: (400, "Your input was flagged.") if "knives" in str(body["messages"]) else None
    with before.client("ann") as client:
        refused = before.chat(client, "who sells knives?")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "cannot_be_answered")
        assert "Your input was flagged." in refused.json()["error"]["message"]
        assert before.chat(client, "who sells bread?").status_code == 200


@pytest.mark.parametrize("code", [400, 500])
def test_the_door_gives_up_system_text_where_a_template_refuses_its_role(
    before: Door, upstream: Upstream, code: int
) -> None:
    strict = (code, "Jinja Exception: System role not supported")
    upstream.refuse = lambda body: strict if any(one["role"] == "system" for one in body["messages"]) else None
    with before.client("ann") as client:
        asked = [{"role": "system", "content": "Tom sells bread."}, {"role": "user", "content": "who?"}]
        answer = client.post("/v1/chat/completions", json={"messages": asked, "model": "eudaimon", **QUIET})
    assert answer.status_code == 200
    assert upstream.bodies[-1]["messages"] == [{"role": "user", "content": "Tom sells bread.\n\nwho?"}]


def test_what_is_too_long_for_the_upstream_is_not_sent_again_in_a_smaller_form(
    before: Door, upstream: Upstream
) -> None:
    upstream.refuse = lambda body: (400, "This model's maximum context length is 8 tokens.")
    with before.client("ann") as client:
        asked = len(upstream.bodies)
        assert before.chat(client, "who?", **QUIET).json()["error"]["code"] == "cannot_be_answered"
    assert len(upstream.bodies) == asked + 1


def test_a_streams_own_limit_ends_no_reply() -> None:
    """Where pieces hold several tokens and no mark of a clause, a stretch ends at its limit just as the stream does."""
    said, opened = stretches(lambda number: [f"日本語文{number}{n}" for n in range(4)], "length", 3)
    assert all(said)
    assert opened == 3


@pytest.mark.parametrize("opening", [["\n\n", "Tom"], ["\n", "\n Tom"], [" Tom"], ["Tom"]], ids=repr)
def test_a_stream_that_begins_with_white_space_is_read_from_its_first_word_on(opening: list[str]) -> None:
    said, opened = stretches(lambda number: [*opening, " sells bread,", " so no."], "stop", 2)
    assert said == ["Tom sells bread,", " so no."]
    assert opened == 1


def stretches(pieces: Callable[[int], list[str]], finish: str, times: int) -> tuple[list[str], int]:
    """What is read of a reply in so many stretches, and how many streams were opened; number n gives `pieces(n)`."""
    opened = []

    class Stream:
        usage = None

        def __init__(self) -> None:
            self._left = iter([*((text, None) for text in pieces(len(opened))), ("", finish)])
            opened.append(self)

        async def next(self) -> Chunk:
            text, finish = next(self._left)
            return Chunk.model_validate({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})

        async def finish(self) -> None: ...

        async def close(self) -> None: ...

    class Line:
        async def stream(self, body: object) -> Stream:
            return Stream()

    class Model:
        def spelt(
            self, request: Extend, here: Conversation, budget: int
        ) -> tuple[Conversation, dict[str, object], None]:
            return here, {}, None

    async def read() -> list[str]:
        reading, said = Reading(Model(), Line(), Patience("here", 0, 0.1, 0)), list[str]()  # type: ignore[arg-type]
        for _ in range(times):
            asked = with_reply((Message("user", "well?"),), "".join(said))
            said.append((await reading.read(Extend(asked, 32, stop=("\n", ".", ",")))).text)
        return said

    return asyncio.run(read()), len(opened)
