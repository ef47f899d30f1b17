"""The endpoint's three verbs against a scripted server, and what becomes of its faults."""

from __future__ import annotations

import doctest
import importlib
import json
import logging
import math
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.faulty import Handler, PlayedServer

from eudaimon.dialogue import Message
from eudaimon.errors import (
    CapabilityError,
    ContentRefused,
    EndpointError,
    EndpointGarbled,
    EndpointRefused,
    EndpointTimeout,
    TooLong,
)
from eudaimon.language.chunk import Chunk
from eudaimon.language.continuing import Unechoed, Unrepeated, join, without_repeat
from eudaimon.language.dialect import folded
from eudaimon.language.endpoint import SAMPLES, EndpointModel
from eudaimon.language.model import Blend, Branch, Extend, LanguageModel, Score

URL = "http://host.test/v1"
ASKED = (Message("user", "does Tom sell bread?"),)
SAGE, FOOL = Message("council", "You are the sage.", name="sage"), Message("council", "You are the fool.", name="fool")

Body = dict[str, Any]


def answer(text: str, finish: str = "stop", **more: object) -> httpx.Response:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return httpx.Response(200, json={"choices": [choice | more], "usage": {"prompt_tokens": 9, "completion_tokens": 4}})


class Server:
    """Answers by a function of the request's body, or by a list of answers, and remembers the requests."""

    def __init__(self, play: Callable[[Body], httpx.Response] | list[httpx.Response | Exception]) -> None:
        self._play, self._lock = play, threading.Lock()
        self.requests: list[httpx.Request] = []
        self.bodies: list[Body] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            self.bodies.append(json.loads(request.content))
            if isinstance(self._play, list):
                played = self._play[min(len(self.requests), len(self._play)) - 1]
                if isinstance(played, Exception):
                    raise played
                return played
        return self._play(self.bodies[-1])


def model(server: Server, **more: Any) -> EndpointModel:
    more = {"backoff": 0.0, "retries": 2} | more
    return EndpointModel(more.pop("url", URL), "tiny", transport=httpx.MockTransport(server), **more)


def said(server: Server, **more: Any) -> str:
    with model(server, **more) as endpoint:
        return endpoint.extend([Extend(ASKED)])[0].text


def test_it_is_a_language_model_that_cannot_train_and_knows_no_voices():
    with model(Server([answer("")])) as endpoint:
        assert isinstance(endpoint, LanguageModel)
        assert not endpoint.capabilities.gradients
        assert not endpoint.capabilities.voices
        assert endpoint.capabilities.tier == "T"
        assert endpoint.name == "endpoint:tiny"


def test_undertones_and_scores_are_refused_before_anything_is_sent():
    server = Server([answer("")])
    with model(server) as endpoint:
        with pytest.raises(CapabilityError, match="undertone"):
            endpoint.extend([Extend(ASKED, blend=Blend((SAGE,), (0.1,)))])
        with pytest.raises(CapabilityError, match="local model"):
            endpoint.score([Score(ASKED, ("yes",))])
    assert not server.requests


def test_a_batch_is_answered_in_order_and_no_more_requests_run_at_once_than_allowed():
    running, most, lock = 0, 0, threading.Lock()

    def play(body: Body) -> httpx.Response:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return answer(body["messages"][0]["content"])

    with model(Server(play), concurrency=3) as endpoint:
        texts = [said.text for said in endpoint.extend([Extend((Message("user", str(n)),)) for n in range(12)])]
    assert texts == [str(n) for n in range(12)]
    assert most == 3


def test_an_empty_batch_asks_nothing():
    server = Server([answer("")])
    with model(server) as endpoint:
        assert endpoint.extend([]) == []
        assert endpoint.branch([]) == []
        assert endpoint.branch([Branch(ASKED, ())]) == [()]
    assert not server.requests


def test_usage_is_the_servers_count_and_nothing_is_estimated():
    with model(Server([answer("Yes, he does.")])) as endpoint:
        endpoint.extend([Extend(ASKED)] * 3)
        assert (endpoint.usage.encoded, endpoint.usage.decoded, endpoint.usage.calls) == (27, 12, 3)
        assert not endpoint.estimated


def test_usage_is_counted_in_words_and_marked_where_the_server_does_not_tell_it():
    plain = httpx.Response(200, json={"choices": [{"message": {"content": "Yes, he does."}}]})
    with model(Server([plain])) as endpoint:
        endpoint.extend([Extend(ASKED)])
        assert (endpoint.usage.encoded, endpoint.usage.decoded, endpoint.usage.calls) == (4, 3, 1)
        assert endpoint.estimated


def test_council_turns_reach_the_server_as_notes_of_the_user():
    server = Server([answer("so.")])
    heard = (*ASKED, Message("assistant", "No."), Message("council", "A gate.", name="sage", verdict="revise"))
    with model(server) as endpoint:
        endpoint.extend([Extend(heard, temperature=0.5, seed=2**40 + 7)])
    body = server.bodies[0]
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert "sage says of your last words: A gate." in body["messages"][-1]["content"]
    assert (body["temperature"], body["seed"], body["model"], body["stream"]) == (0.5, 7, "tiny", True)


def test_half_a_surrogate_pair_does_not_stop_the_day():
    server = Server([answer("so.")])
    with model(server) as endpoint:
        assert endpoint.extend([Extend((Message("user", "bread \ud83e?"),))])[0].text == "so."
    assert server.bodies[0]["messages"][0]["content"] == "bread ??"


def test_half_a_surrogate_pair_in_an_answer_is_a_mark():
    data = r'{"choices": [{"message": {"content": "so \ud83d, \ud83d\ude00 \\ud83d."}}]}'
    server = Server([httpx.Response(200, content=data, headers={"content-type": "application/json"})])
    assert said(server) == "so \ufffd, \U0001f600 \\ud83d."


def test_an_answer_that_comes_in_parts_is_read_without_its_thoughts():
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "so"}, "."]
    server = Server([httpx.Response(200, json={"choices": [{"message": {"content": parts}}]})])
    assert said(server) == "so."


@pytest.mark.parametrize(
    "room", ["bill", "chunk", "concessions", "continuing", "dialect", "endpoint", "hearing", "patience", "sse"]
)
def test_the_examples_in_the_docstrings_run(room: str):
    outcome = doctest.testmod(importlib.import_module(f"eudaimon.language.{room}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


# An open reply


def no_extras(body: Body) -> httpx.Response | None:
    return httpx.Response(422, json={"detail": "Unexpected fields"}) if "continue_final_message" in body else None


def test_where_extras_are_refused_an_open_reply_goes_on_by_a_note_and_what_is_repeated_is_taken_off():
    server = Server(lambda body: no_extras(body) or answer("Tom sells bread, so no."))
    with model(server) as endpoint:
        texts = [
            endpoint.extend([Extend((*ASKED, Message("assistant", spoken)))])[0].text
            for spoken in ("Tom sells", "Tom sells bread,", "He says that Tom sells bread,", "Well:")
        ]
    assert texts == [" bread, so no.", " so no.", " so no.", " Tom sells bread, so no."]
    asked = server.bodies[-1]["messages"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert "not finished" in asked[-1]["content"]
    assert not any("continue_final_message" in body for body in server.bodies[-len(texts) :])


def test_where_extras_are_honoured_the_open_reply_itself_is_sent():
    def play(body: Body) -> httpx.Response:
        shown = answer(" bread." if body.get("continue_final_message") else "Tom sells bread.")
        told = json.loads(shown.content)
        told["usage"]["prompt_tokens"] = 5 if body.get("continue_final_message") else 9
        return httpx.Response(200, json=told)

    server = Server(play)
    with model(server) as endpoint:
        assert endpoint.extend([Extend((*ASKED, Message("assistant", "Tom sells")))])[0].text == " bread."
    body = server.bodies[-1]
    assert body["messages"][-1] == {"role": "assistant", "content": "Tom sells"}
    assert body["continue_final_message"] is True
    assert body["add_generation_prompt"] is False


def test_extras_that_are_taken_but_ignored_are_not_relied_on():
    server = Server(lambda body: answer("so no."))
    with model(server) as endpoint:
        endpoint.extend([Extend((*ASKED, Message("assistant", "Tom sells bread,")))])
    assert "continue_final_message" not in server.bodies[-1]


def test_where_a_reply_may_not_come_last_it_goes_on_by_a_note():
    def play(body: Body) -> httpx.Response:
        words = "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"
        last = body["messages"][-1]["role"]
        return httpx.Response(400, json={"message": words}) if last == "assistant" else answer("so no.")

    server = Server(play)
    with model(server) as endpoint:
        for _ in range(2):
            assert endpoint.extend([Extend((*ASKED, Message("assistant", "Tom sells bread,")))])[0].text == " so no."
    assert [body["messages"][-1]["role"] for body in server.bodies[-2:]] == ["user", "user"]
    assert all("seed" in body for body in server.bodies[-2:])


def test_a_reply_that_has_not_begun_is_asked_for_like_none():
    server = Server([answer("so.")])
    with model(server) as endpoint:
        endpoint.extend([Extend((*ASKED, Message("assistant", "")))])
    assert [len(body["messages"]) for body in server.bodies] == [1]


texts = st.lists(st.sampled_from(["Tom", "sells", "bread", ",", ".", " ", " so"]), max_size=12).map("".join)


@given(texts, texts, st.data())
def test_what_is_repeated_is_found_wherever_the_stream_is_cut(spoken: str, rest: str, data: st.DataObject):
    whole = (spoken if data.draw(st.booleans()) else "") + rest
    ends = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    pieces = [whole[a:b] for a, b in zip([0, *ends], [*ends, len(whole)], strict=True)]
    chunks = [Chunk().saying(piece) for piece in pieces]
    chunks.append(Chunk.model_validate({"choices": [{"finish_reason": "stop"}]}))
    heard = "".join(chunk.text for chunk in without_repeat((chunk for chunk in chunks), Unrepeated(spoken)))
    assert heard == join(spoken, whole)
    given = (chunk for chunk in chunks)
    heard = "".join(chunk.text for chunk in without_repeat(given, Unechoed(spoken)))
    if whole.startswith(spoken.strip()):
        rest = whole.removeprefix(spoken.strip())
        assert heard == (rest.lstrip() if spoken.strip() and spoken[-1].isspace() else rest)
    else:
        assert heard.strip() == whole.strip()


def test_a_server_that_gives_the_whole_turn_back_goes_on_by_itself():
    """As llama.cpp's does, in the middle of a word too."""

    def play(body: Body) -> httpx.Response:
        last = body["messages"][-1]
        said = last["content"] if last["role"] == "assistant" else ""
        return answer(said if body["max_tokens"] == 1 else f"{said}ls bread, so no.")

    server = Server(play)
    with model(server) as endpoint:
        said = [endpoint.extend([Extend((*ASKED, Message("assistant", spoken)))])[0].text for spoken in ("Tom sel", "")]
    assert said == ["ls bread, so no.", "ls bread, so no."]
    assert server.bodies[-2]["messages"][-1] == {"role": "assistant", "content": "Tom sel"}


def test_joining_keeps_words_apart_and_a_turn_of_phrase_whole():
    assert join("Tom sells", "bread") == " bread"
    assert join("Tom sells ", " bread") == "bread"
    assert join("汤姆卖面包，", "所以不行。") == "所以不行。"
    assert join("빵은 있고,", "우유는 없다.") == " 우유는 없다."
    assert join("It is very", "very good") == " very good"
    assert join("It is so", ", so no") == ", so no"
    assert join("TOM sells bread", "Tom sells bread, so") == ", so"


# Voices


def logprobs(*words: str, **top: float) -> dict[str, object]:
    alternatives = [{"token": f" {token}", "logprob": math.log(p)} for token, p in top.items()]
    content = [{"token": word, "logprob": 0.0, "top_logprobs": alternatives} for word in words]
    return {"logprobs": {"content": content}}


def test_voices_are_read_from_logprobs_where_the_server_gives_them():
    more = logprobs("A", " gate", ".\n", "Verdict", ":", " revise", revise=0.7, surrender=0.2, **{"continue": 0.1})
    server = Server([answer("A gate.\nVerdict: revise", **more)])
    with model(server) as endpoint:
        ((sage, fool),) = endpoint.branch([Branch(ASKED, (SAGE, FOOL))])
        assert endpoint.capabilities.logprobs
        assert endpoint.capabilities.tier == "L"
    assert sage == fool
    assert (sage.text, sage.parsed, sage.tokens) == ("A gate.", True, 4)
    assert sage.probabilities == pytest.approx((0.1, 0.7, 0.2))
    assert len(server.bodies) == 2
    asked = sorted(body["messages"][-1]["content"] for body in server.bodies)
    assert "asked as fool" in asked[0]
    assert "You are the sage." in asked[1]


def test_verdicts_are_counted_from_samples_where_the_server_gives_no_logprobs():
    def play(body: Body) -> httpx.Response:
        return answer("A gate.\nVerdict: revise" if body["seed"] < 2 else "A door.\nVerdict: continue")

    server = Server(play)
    with model(server) as endpoint:
        ((voice,),) = endpoint.branch([Branch(ASKED, (SAGE,), seed=0)])
        assert not endpoint.capabilities.logprobs
        endpoint.branch([Branch(ASKED, (SAGE,))])
    assert voice.text == "A gate."
    assert voice.probabilities == pytest.approx((3.5 / 6.5, 2.5 / 6.5, 0.5 / 6.5))
    assert len(server.bodies) == 2 * SAMPLES
    assert sum("logprobs" in body for body in server.bodies) == 1
    first, *others = sorted(server.bodies[:SAMPLES], key=lambda body: body["seed"])
    assert first["temperature"] == 0
    assert {body["temperature"] for body in others} == {1.0}


def test_a_voice_that_cannot_be_read_is_marked_and_prefers_nothing():
    with model(Server([answer("fish fish fish")])) as endpoint:
        ((voice,),) = endpoint.branch([Branch(ASKED, (SAGE,))])
    assert not voice.parsed
    assert voice.probabilities == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_a_verdict_alone_has_no_comment_and_a_long_comment_is_cut():
    server = Server([answer("well, well, well.\nVerdict: revise")])
    with model(server, logprobs=False) as endpoint:
        ((bare,),) = endpoint.branch([Branch(ASKED, (SAGE,), max_tokens=0)])
        ((cut,),) = endpoint.branch([Branch(ASKED, (SAGE,), max_tokens=2)])
    assert (bare.text, cut.text) == ("", "well, well,")
    assert "comment" not in server.bodies[0]["messages"][-1]["content"]
    assert not any("logprobs" in body for body in server.bodies)


def test_voices_of_several_branches_come_back_in_order():
    def play(body: Body) -> httpx.Response:
        told = body["messages"][-1]["content"]
        return answer(f"{told[:2]}{'sage' if 'as sage' in told else 'fool'}\nVerdict: revise")

    branches = [Branch((Message("user", f"{n:02}"),), (SAGE, FOOL)[: n % 3]) for n in range(6)]
    with model(Server(play)) as endpoint:
        heard = endpoint.branch(branches)
    assert [[voice.text for voice in voices] for voices in heard] == [
        [f"{n:02}{name}" for name in ("sage", "fool")[: n % 3]] for n in range(6)
    ]


# Servers that know fewer fields


@pytest.mark.parametrize("named", [True, False])
def test_a_field_that_the_server_refuses_is_left_out_and_not_sent_again(named: bool):
    def play(body: Body) -> httpx.Response:
        unknown = {"seed", "stream_options", "logprobs", "chat_template_kwargs"} & set(body)
        words = f"unknown field {min(unknown)}" if named and unknown else "bad request"
        return httpx.Response(400, json={"error": {"message": words}}) if unknown else answer("Verdict: revise")

    server = Server(play)
    with model(server) as endpoint:
        endpoint.extend([Extend(ASKED)])
        refused = len(server.bodies) - 1
        endpoint.extend([Extend(ASKED)])
        assert len(server.bodies) == refused + 2
        assert endpoint.branch([Branch(ASKED, (SAGE,))])[0][0].parsed
    assert refused == (3 if named else 1)


def test_a_model_is_asked_not_to_think_aloud_unless_the_server_refuses_that_alone():
    def play(body: Body) -> httpx.Response:
        words = "Unrecognized request argument supplied: chat_template_kwargs"
        refused = strict and "chat_template_kwargs" in body
        return httpx.Response(400, json={"error": {"message": words}}) if refused else answer("so.")

    for strict in (False, True):
        server = Server(play)
        assert said(server) == "so."
        assert server.bodies[0]["chat_template_kwargs"] == {"enable_thinking": False}
        assert len(server.bodies) == 1 + strict
        assert ("chat_template_kwargs" in server.bodies[-1], "seed" in server.bodies[-1]) == (not strict, True)


def test_a_refusal_that_repeats_the_request_gives_up_what_it_names_and_nothing_else():
    def play(body: Body) -> httpx.Response:
        if "seed" not in body:
            return answer("so.")
        detail = [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]
        return httpx.Response(422, json={"detail": [detail[0] | {"input": body}]})

    server, notes = Server(play), Message("system", "What is the context length of your system? role and all")
    with model(server) as endpoint:
        assert [said.text for said in endpoint.extend([Extend((notes, *ASKED))])] == ["so."]
    assert len(server.bodies) == 2
    assert set(server.bodies[0]) - set(server.bodies[1]) == {"seed"}
    assert server.bodies[0]["messages"] == server.bodies[1]["messages"]


def test_the_newer_name_of_the_limit_is_used_where_it_is_demanded():
    def play(body: Body) -> httpx.Response:
        words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        return httpx.Response(400, json={"error": {"message": words}}) if "max_tokens" in body else answer("so.")

    server = Server(play)
    assert said(server) == "so."
    assert server.bodies[-1]["max_completion_tokens"] == 64


@pytest.mark.parametrize(
    "words",
    [
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is allowed.",
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "`temperature` is deprecated for this model.",
        "invalid temperature: only 1 is allowed for this model",
    ],
)
def test_a_model_that_knows_one_temperature_is_asked_without_any_and_with_all_else(words: str):
    refused = httpx.Response(400, json={"error": {"message": words}})
    server = Server(lambda body: refused if "temperature" in body else answer("so."))
    with model(server) as endpoint:
        assert [endpoint.extend([Extend(ASKED, temperature=0.5)])[0].text for _ in range(2)] == ["so."] * 2
    assert [set(server.bodies[0]) - set(body) for body in server.bodies] == [set(), {"temperature"}, {"temperature"}]


def test_a_temperature_that_is_out_of_bounds_is_refused_rather_than_left_out():
    refused = httpx.Response(422, json={"error": "`temperature` must be strictly positive"})
    with pytest.raises(EndpointRefused, match="strictly positive"):
        said(Server(lambda body: refused if "temperature" in body else answer("so.")))


JINJA = (
    "\n------------\nWhile executing CallExpression at line 47, column 32 in source:\n...== 0) %}↵            {{- "
    "raise_exception('After the optional system message, con...\n                      ^\nError: Jinja Exception: "
)
"""As llama.cpp's server tells of a template that raises, with 500."""


@pytest.mark.parametrize("code", [400, 500])
@pytest.mark.parametrize(
    "words",
    [
        f"{JINJA}After the optional system message, conversation roles must alternate user and assistant roles.",
        f"{JINJA}Only user, assistant and tool roles are supported, got system.",
        f"{JINJA}System message must be at the beginning.",
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
    ],
)
def test_system_text_goes_into_the_next_users_turn_where_its_role_is_refused(words: str, code: int):
    def play(body: Body) -> httpx.Response:
        system = any(message["role"] == "system" for message in body["messages"])
        return httpx.Response(code, json={"error": {"message": words}}) if system else answer("so.")

    server, notes = Server(play), (Message("system", "You learned."), Message("system", "Tom sells bread."))
    with model(server) as endpoint:
        assert [said.text for said in endpoint.extend([Extend((*notes, *ASKED))])] == ["so."]
        endpoint.extend([Extend((*notes, *ASKED))])
    told = [{"role": "user", "content": "You learned.\n\nTom sells bread.\n\ndoes Tom sell bread?"}]
    assert [body["messages"] for body in server.bodies[1:]] == [told, told]
    assert "seed" in server.bodies[-1]


def test_a_reply_without_words_is_sent_as_a_mark_and_one_that_has_not_begun_not_at_all():
    server = Server([answer("so.")])
    mute = (
        *ASKED,
        Message("assistant", ""),
        Message("user", "well?"),
        Message("assistant", " "),
        Message("user", "so?"),
    )
    with model(server) as endpoint:
        endpoint.extend([Extend((*mute, Message("assistant", "")))])
        endpoint.branch([Branch((*ASKED, Message("assistant", "")), (SAGE,))])
    said = [[message["content"] for message in body["messages"]] for body in server.bodies]
    assert said[0] == [ASKED[0].content, "…", "well?", "…", "so?"]
    assert said[1][:2] == [ASKED[0].content, "…"]


def test_lessons_and_notes_are_one_system_text():
    server = Server([answer("so.")])
    with model(server) as endpoint:
        endpoint.extend([Extend((Message("system", "You learned."), Message("system", "Tom sells bread."), *ASKED))])
    told = [("system", "You learned.\n\nTom sells bread."), ("user", ASKED[-1].content)]
    assert [(message["role"], message["content"]) for message in server.bodies[-1]["messages"]] == told


def test_calls_of_tools_are_never_folded():
    call = {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]}
    made = [call, {"role": "tool", "content": "1"}, {"role": "tool", "content": "2"}, call, call]
    assert folded([{"role": "system", "content": "so"}, *made]) == [{"role": "user", "content": "so"}, *made]


def test_fewer_alternatives_are_asked_for_where_twenty_are_too_many():
    more = logprobs("Verdict", ":", " revise", revise=0.9, surrender=0.1)

    def play(body: Body) -> httpx.Response:
        many = body.get("top_logprobs", 0) > 5
        return httpx.Response(400, text="top_logprobs must be at most 5") if many else answer("Verdict: revise", **more)

    with model(Server(play)) as endpoint:
        assert endpoint.branch([Branch(ASKED, (SAGE,))])[0][0].probabilities[1] == pytest.approx(0.9)
        assert endpoint.capabilities.logprobs


# Faults

PAGE = "<!doctype html><html><body><h1>502</h1> Bad <b>gateway</b></body></html>"


def html(status: int) -> httpx.Response:
    return httpx.Response(status, html=PAGE)


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("peer closed"),
        httpx.Response(429, headers={"retry-after": "0"}),
        httpx.Response(500, text="oops"),
        httpx.Response(503),
        html(502),
        html(200),
        httpx.Response(200, text="nonsense"),
        httpx.Response(200, text="{", headers={"content-type": "application/json"}),
        httpx.Response(200, json=[1, 2]),
        httpx.Response(200, json={"choices": []}),
        httpx.Response(200, json={"choices": None}),
        httpx.Response(200, json={"error": {"message": "overloaded"}}),
        httpx.Response(200, content=b"\xff\xfe", headers={"content-type": "application/json"}),
        httpx.Response(200, content=b"data: {\n\n", headers={"content-type": "text/event-stream"}),
        httpx.Response(200, content=b'data: {"error": "boom"}\n\n', headers={"content-type": "text/event-stream"}),
        httpx.Response(200, content=b"", headers={"content-type": "text/event-stream"}),
    ],
    ids=lambda fault: f"{type(fault).__name__}-{getattr(fault, 'status_code', '')}",
)
def test_a_fault_that_passes_is_borne_by_extend_and_by_branch(fault: httpx.Response | Exception):
    assert said(Server([fault, answer("so.")])) == "so."
    with model(Server([fault, answer("Verdict: revise")])) as endpoint:
        assert endpoint.branch([Branch(ASKED, (SAGE,))])[0][0].parsed


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (httpx.ConnectError("refused"), EndpointRefused, "check that the server runs"),
        (httpx.ReadTimeout("slow"), EndpointTimeout, "no answer for 60 s"),
        (httpx.RemoteProtocolError("peer closed"), EndpointGarbled, "peer closed"),
        (httpx.Response(429), EndpointRefused, "lower concurrency"),
        (html(502), EndpointRefused, r"502 Bad Gateway \(502 Bad gateway\)"),
        (html(200), EndpointGarbled, "text/html"),
        (httpx.Response(200, text="nonsense"), EndpointGarbled, "cut off"),
        (httpx.Response(200, json={"choices": []}), EndpointGarbled, "without any choices"),
        (httpx.Response(200, json={"detail": "hm"}), EndpointGarbled, "without any choices"),
    ],
)
def test_a_fault_that_stays_is_an_error_with_url_attempts_cause_and_remedy(
    fault: httpx.Response | Exception, kind: type[EndpointError], words: str
):
    server = Server([fault])
    with pytest.raises(kind, match=words) as caught:
        said(server)
    assert len(server.requests) == 3
    assert str(caught.value).startswith(f"{URL}: ")
    assert "after 3 attempts" in str(caught.value)
    assert "Remedy: " in str(caught.value)


@pytest.mark.parametrize(
    ("status", "words"), [(401, "EUDAIMON_API_KEY"), (403, "check the key"), (404, "model's name"), (400, "no good")]
)
def test_what_asking_again_cannot_help_is_not_asked_again(status: int, words: str):
    server = Server([httpx.Response(status, json={"error": {"message": "the prompt is no good"}})])
    with pytest.raises(EndpointRefused, match=words):
        said(server)
    assert len(server.requests) == (2 if status == 400 else 1)  # 400: once more without the optional fields.


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "This model's maximum context length is 2048 tokens. However, you requested 2100 tokens."),
        (400, "the request exceeds the available context size. try increasing the context size"),
        (500, "the request exceeds the available context size"),
        (422, "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545"),
        (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048."),
        (400, "prompt is too long: 200100 tokens > 199999 maximum"),
    ],
)
def test_a_conversation_that_is_too_long_for_the_server_is_told_as_that_at_once(status: int, words: str):
    server = Server([httpx.Response(status, json={"error": {"message": words}})])
    with pytest.raises(TooLong, match=re.escape(words[:40])):
        said(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."),
        (400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy."),
        (400, "Your request was rejected as a result of our safety system."),
        (403, "this model requires moderation. Your input was flagged for 'violence'."),
        (400, "Content Exists Risk"),
        (200, "Your input was flagged for 'violence'."),
    ],
)
def test_a_conversation_that_is_refused_for_what_it_says_is_told_as_that_at_once(status: int, words: str):
    server = Server([httpx.Response(status, json={"error": {"message": words}})])
    with pytest.raises(ContentRefused, match=re.escape(words[:40])) as caught:
        said(server)
    assert len(server.requests) == 1
    assert "say it otherwise" in str(caught.value)


def test_an_account_that_was_flagged_is_no_matter_of_one_conversation():
    server = Server([httpx.Response(403, json={"error": {"message": "Your account has been flagged."}})])
    with pytest.raises(EndpointRefused, match="check the key"):
        said(server)


def test_the_servers_wish_to_wait_is_honoured_unless_it_is_absurd():
    began = time.monotonic()
    server = Server([httpx.Response(429, headers={"retry-after": "1"}), answer("so.")])
    assert said(server) == "so."
    assert time.monotonic() - began >= 1
    with pytest.raises(EndpointRefused, match="asks to wait 9000 s"):
        said(Server([httpx.Response(429, headers={"retry-after": "9000"})]))


def test_waits_double_with_jitter_from_the_seed(monkeypatch: pytest.MonkeyPatch):
    def waits(seed: int) -> list[float]:
        slept: list[float] = []
        monkeypatch.setattr(threading.Event, "wait", lambda self, seconds=None: slept.append(seconds) or False)
        endpoint = model(Server([httpx.Response(500)]), backoff=1.0, retries=6, seed=seed)
        with pytest.raises(EndpointRefused):
            endpoint.extend([Extend(ASKED)])
        monkeypatch.undo()
        endpoint.close()
        return [wait for wait in slept if wait is not None]

    first = waits(1)
    assert all(0.5 * 2**n <= wait <= min(30, 2**n) for n, wait in enumerate(first))
    assert waits(1) == first
    assert waits(2) != first


def test_one_failure_of_a_batch_is_the_batchs_error():
    def play(body: Body) -> httpx.Response:
        return httpx.Response(404) if body["messages"][0]["content"] == "3" else answer("so.")

    with model(Server(play)) as endpoint, pytest.raises(EndpointRefused):
        endpoint.extend([Extend((Message("user", str(n)),)) for n in range(6)])


def test_whoever_leaves_waits_for_no_retry_and_what_waits_is_never_asked():
    server = Server([httpx.ConnectError("refused")])
    endpoint = model(server, concurrency=1, retries=9, backoff=60)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            endpoint.extend([Extend(ASKED)] * 3)
        except BaseException as error:
            failed.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    while not server.requests:
        time.sleep(0.001)
    endpoint.leave()
    asking.join(5)
    endpoint.close()
    assert not asking.is_alive()
    assert [type(one) for one in failed] == [EndpointRefused]
    assert len(server.requests) == 1


# Keys


@pytest.mark.parametrize(
    ("given", "environment", "sent"),
    [
        ("k-1", {"EUDAIMON_API_KEY": "k-2"}, "Bearer k-1"),
        (None, {"EUDAIMON_API_KEY": "k-2", "OPENAI_API_KEY": "k-3"}, "Bearer k-2"),
        (None, {"OPENAI_API_KEY": "k-3"}, "Bearer k-3"),
        ("", {"OPENAI_API_KEY": "k-3"}, None),
        (None, {}, None),
        (" k-1\r\n", {}, "Bearer k-1"),
        (None, {"EUDAIMON_API_KEY": "k-2\n"}, "Bearer k-2"),
        (" \n", {}, None),
    ],
)
def test_the_key_is_taken_from_the_argument_or_the_environment(
    given: str | None, environment: dict[str, str], sent: str | None, monkeypatch: pytest.MonkeyPatch
):
    for name in ("EUDAIMON_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server = Server([answer("so.")])
    said(server, api_key=given)
    assert server.requests[0].headers.get("authorization") == sent


def test_no_secret_is_ever_shown_in_errors_logs_or_the_object(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    echo = httpx.Response(401, json={"error": {"message": "Incorrect API key provided: k-secret, p-secret"}})
    with model(Server([echo]), url="http://me:p-secret@host.test/v1?k=k-secret", api_key="k-secret") as endpoint:
        with pytest.raises(EndpointRefused, match="a key was sent") as caught:
            endpoint.extend([Extend(ASKED)])
        shown = f"{caught.value!r} {caught.value.__cause__!r} {endpoint!r} {endpoint.name} {caplog.text}"
    assert "secret" not in shown
    assert "http://host.test/v1" in shown


def test_the_urls_query_is_sent_with_every_request_and_never_shown(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    paths = []

    def play(handler: Handler) -> None:
        paths.append(handler.path)
        handler.whole(401, b'{"error": "no such key: q/secret, nor q%2Fsecret"}')

    with PlayedServer(play) as server:
        endpoint = EndpointModel(f"{server.url}/v1?api-version=7&key=q%2Fsecret", "tiny", api_key="")
        with endpoint, pytest.raises(EndpointRefused, match="no key was sent, and the url's query") as caught:
            endpoint.extend([Extend(ASKED)])
    assert paths == ["/v1/chat/completions?api-version=7&key=q%2Fsecret"]
    assert "q/secret" not in f"{caught.value!r} {caplog.text}"
    assert "q%2Fsecret" not in f"{caught.value!r} {caplog.text}"


def test_a_key_with_a_line_break_at_its_end_is_never_shown():
    echo = httpx.Response(401, json={"error": {"message": "Incorrect API key provided: k-secret"}})
    with pytest.raises(EndpointRefused, match=r"a key was sent") as caught:
        said(Server([echo]), api_key="k-secret\n")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["k-sécret", "k-\nsecret", "k-secret\x07", "\u200bk-secret"])
def test_a_key_that_cannot_be_sent_is_refused_at_once_and_not_shown(key: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EUDAIMON_API_KEY", key)
    for told in (key, None):
        with pytest.raises(EndpointRefused, match="api_key=, or into EUDAIMON_API_KEY") as caught:
            EndpointModel(URL, "tiny", api_key=told)
        assert "cret" not in str(caught.value)


def test_a_password_in_the_url_is_sent_as_basic_authorisation_and_no_key_is_said_to_be_missing():
    server = Server([answer("so.")])
    said(server, url="http://me:word@host.test/v1", api_key="")
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert str(server.requests[0].url) == "http://host.test/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "given", "sent"),
    [("http://me:word@host.test/v1", None, "Basic "), ("http://me:word@host.test/v1", "k-1", "Bearer k-1")],
)
def test_the_environments_key_is_not_sent_to_a_host_whose_url_names_a_user(
    url: str, given: str | None, sent: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "k-of-another")
    server = Server([answer("so.")])
    said(server, url=url, api_key=given)
    assert server.requests[0].headers["authorization"].startswith(sent)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "odd://u:p-secret@127.0.0.1:1", "http://u:p-secret@h:no"])
def test_a_proxy_that_cannot_be_used_is_an_error_with_the_remedy(proxy: str, monkeypatch: pytest.MonkeyPatch):
    def client(**more: object) -> None:
        raise ImportError("the 'socksio' package is not installed")

    monkeypatch.setenv("ALL_PROXY", proxy)
    if proxy.startswith("socks"):
        monkeypatch.setattr(httpx, "Client", client)  # as where there is no such package
    with pytest.raises(EndpointRefused, match=r"proxy in the environment.*pip install 'httpx\[socks\]'") as caught:
        EndpointModel("http://localhost:8000/v1", "tiny")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "host.test/v1", "ftp://host.test", "http://", "http://host:port"])
def test_a_url_that_is_none_is_refused_at_once(url: str):
    with pytest.raises(EndpointRefused, match="http://host:port/v1"):
        EndpointModel(url, "tiny")
