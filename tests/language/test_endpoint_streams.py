"""Replies over real sockets: read in parts, kept open, broken off, cut and gone on with."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from tests.language.faulty import DONE, FaultyProxy, Handler, Play, PlayedServer, event, fails, says, streams, tokens

from eudaimon.dialogue import Message, with_reply
from eudaimon.errors import EndpointGarbled, EndpointRefused, EndpointTimeout
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.model import Branch, Extend, Extension

ASKED = (Message("user", "does Tom sell bread?"),)
SAGE = Message("council", "You are the sage.", name="sage")
SAID = "Tom sells cake, he says, so no."
USAGE = event(finish="stop", usage={"prompt_tokens": 9, "completion_tokens": 8})


def model(server: PlayedServer | FaultyProxy, **more: Any) -> EndpointModel:
    return EndpointModel(f"{server.url}/v1", "tiny", **{"backoff": 0.0, "retries": 3, "timeout": 5} | more)


def clause(endpoint: EndpointModel, spoken: str = "", **more: Any) -> Extension:
    asked = with_reply(ASKED, spoken) if spoken else ASKED
    return endpoint.extend([Extend(asked, **{"stop": (",", ".")} | more)])[0]


def clauses(endpoint: EndpointModel) -> list[str]:
    """A whole reply, clause by clause."""
    said: list[str] = []
    while (heard := clause(endpoint, "".join(said))).finish == "stop":
        said.append(heard.text)
    return said


def test_a_reply_is_read_clause_by_clause_from_one_request():
    with PlayedServer(says(SAID)) as server, model(server) as endpoint:
        assert clauses(endpoint) == ["Tom sells cake,", " he says,", " so no."]
        assert len(server.bodies) == 1
        assert "stop" not in server.bodies[0]


@pytest.mark.parametrize("opening", [["\n\n", "Tom"], ["\n", "\n Tom"], [" Tom"], ["Tom"]], ids=repr)
def test_a_reply_that_begins_with_white_space_is_read_from_its_first_word_on(opening: list[str]):
    pieces = [*map(event, opening), *tokens(" sells cake, so no."), *DONE]
    with PlayedServer(streams(pieces)) as server, model(server) as endpoint:
        first = clause(endpoint, stop=("\n", ",")).text
        assert (first, clause(endpoint, first, stop=("\n", ",")).text) == ("Tom sells cake,", " so no.")
        assert len(server.bodies) == 1


def test_the_first_stop_string_ends_the_text_even_across_and_inside_pieces():
    pieces = [event("one --"), event("> two. three --> fo"), event("ur"), *DONE]
    with PlayedServer(streams(pieces)) as server, model(server) as endpoint:
        assert clause(endpoint, stop=("-->", ".")) == Extension("one -->", "stop", 3)
        assert clause(endpoint, "one -->", stop=("-->", ".")).text == " two."
        assert clause(endpoint, "one --> two.", stop=("-->", ".")).text == " three -->"
        assert clause(endpoint, "one --> two. three -->", stop=("-->", ".")) == Extension(" four", "end", 2)
        assert len(server.bodies) == 1


def test_a_revision_breaks_the_stream_off_and_asks_anew():
    gone = threading.Event()

    def endless(handler: Handler) -> None:
        handler.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        try:
            while True:
                handler.chunk(event(" on, and"))
                time.sleep(0.005)
        except OSError:
            gone.set()

    with PlayedServer(endless, says("no.")) as server, model(server) as endpoint:
        draft = clause(endpoint).text
        told = (*ASKED, Message("assistant", draft), Message("council", "Hm.", name="sage", verdict="revise"))
        assert endpoint.extend([Extend(told)])[0].text == "no."
        assert gone.wait(2)
        assert len(server.bodies) == 2


def test_replies_of_one_batch_do_not_disturb_each_other():
    with PlayedServer(says(SAID)) as server, model(server) as endpoint:
        batch = [Extend(ASKED, stop=(",",), seed=n) for n in range(4)]
        firsts = [heard.text for heard in endpoint.extend(batch)]
        batch = [Extend(with_reply(ASKED, text), stop=(",",), seed=n) for n, text in enumerate(firsts)]
        assert [heard.text for heard in endpoint.extend(batch)] == [" he says,"] * 4
        assert len(server.bodies) == 4


def test_no_more_streams_are_kept_than_promised_and_close_ends_them_all():
    open_now, lock = 0, threading.Lock()

    def endless(handler: Handler) -> None:
        nonlocal open_now
        handler.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        with lock:
            open_now += 1
        try:
            while True:
                handler.chunk(event(" on,"))
                time.sleep(0.005)
        finally:
            with lock:
                open_now -= 1

    def settled(most: int) -> bool:
        deadline = time.monotonic() + 3
        while open_now > most and time.monotonic() < deadline:
            time.sleep(0.01)
        return open_now <= most

    with PlayedServer(endless) as server:
        with model(server, concurrency=1) as endpoint:
            for n in range(9):
                endpoint.extend([Extend((Message("user", str(n)),), stop=(",",))])
            assert settled(4)
            assert open_now > 0
        assert settled(0)


def test_the_end_of_a_reply_is_told_with_what_is_left():
    with PlayedServer(says("yes. indeed")) as server, model(server) as endpoint:
        assert clause(endpoint).text == "yes."
        assert clause(endpoint, "yes.") == Extension(" indeed", "end", 1)


def test_a_text_ends_at_its_own_limit_and_the_stream_goes_on():
    with PlayedServer(says("one two three four five.")) as server, model(server) as endpoint:
        assert clause(endpoint, max_tokens=2) == Extension("one two", "length", 2)
        assert clause(endpoint, "one two", max_tokens=2) == Extension(" three four", "length", 2)
        assert clause(endpoint, "one two three four", max_tokens=2).finish == "stop"
        assert len(server.bodies) == 1


def test_where_the_servers_limit_was_an_earlier_texts_the_rest_is_asked_for():
    short = streams([*tokens("one, two"), event(finish="length"), DONE[1]])
    with PlayedServer(short, says("three. four")) as server, model(server) as endpoint:
        assert clause(endpoint).text == "one,"
        assert clause(endpoint, "one,").text == " two three."
        assert server.bodies[-1]["messages"][1]["content"] == "one, two"


def test_the_servers_limit_ends_a_text_that_it_was_asked_for():
    with PlayedServer(streams([*tokens("one two"), event(finish="length")])) as server, model(server) as endpoint:
        assert clause(endpoint, stop=(), max_tokens=2) == Extension("one two", "length", 2)
        assert server.bodies[0]["max_tokens"] == 2


def test_usage_is_settled_at_the_end_of_a_stream_and_estimated_before_it():
    with PlayedServer(streams([*tokens("yes, he does"), USAGE])) as server, model(server) as endpoint:
        clause(endpoint)
        assert (endpoint.usage.encoded, endpoint.usage.decoded) == (4, 1)
        clause(endpoint, "yes,")
        assert (endpoint.usage.encoded, endpoint.usage.decoded, endpoint.usage.calls) == (9, 8, 1)
        assert not endpoint.estimated


def test_usage_of_a_stream_that_is_broken_off_stays_an_estimate_and_is_marked():
    with PlayedServer(streams([*tokens("yes, he does"), USAGE])) as server, model(server) as endpoint:
        clause(endpoint)
        clause(endpoint)
        assert (endpoint.usage.encoded, endpoint.usage.decoded, endpoint.usage.calls) == (8, 2, 2)
        assert endpoint.estimated


@pytest.mark.parametrize(
    "ending",
    [
        [event(finish="stop")],
        [b"data: [DONE]\n\n"],
        [event(finish="stop"), b'data: {"choices": [], "usage": {"prompt_tokens": 1}}\n\n'],
        [event(finish="stop"), b"data: nonsense\n\n"],
        [b"data: [DONE]"],
    ],
    ids=["finish", "done", "usage", "nonsense after the end", "no blank line"],
)
def test_either_sign_of_the_end_is_enough(ending: list[bytes]):
    with PlayedServer(streams([*tokens(SAID), *ending])) as server, model(server) as endpoint:
        assert clause(endpoint, stop=()).text == SAID
        assert len(server.bodies) == 1


def test_letters_cut_by_the_network_crlf_comments_and_odd_events_do_no_harm():
    whole = b"".join([b": hello\r\n\r\n", event("Käse, „ja“ 🥖"), b"event: ping\ndata: {}\n\n", *DONE])
    crlf = whole.replace(b"\n", b"\r\n")
    with PlayedServer(streams([crlf[i : i + 1] for i in range(len(crlf))])) as server, model(server) as endpoint:
        assert clause(endpoint, stop=()).text == "Käse, „ja“ 🥖"


def test_a_server_that_does_not_stream_is_understood():
    whole = b'{"choices": [{"message": {"content": "yes, he does."}, "finish_reason": "stop"}]}'
    with PlayedServer(fails(200, whole)) as server, model(server) as endpoint:
        assert clauses(endpoint) == ["yes,", " he does."]
        assert len(server.bodies) == 1


@pytest.mark.parametrize("cut", [True, False], ids=["cut", "ended"])
@pytest.mark.parametrize("torn", [b"", b'data: {"choices": [{"del'], ids=["between events", "mid-JSON"])
def test_a_stream_that_breaks_is_gone_on_with_from_its_last_whole_word(cut: bool, torn: bytes):
    broken = streams([*tokens("Tom sells ca"), torn] if torn else tokens("Tom sells ca"), cut=cut)
    with PlayedServer(broken, says("Tom sells cake, so no.")) as server, model(server) as endpoint:
        assert clauses(endpoint) == ["Tom sells cake,", " so no."]
        assert server.bodies[-1]["messages"][1] == {"role": "assistant", "content": "Tom sells"}
        assert len(server.bodies) == 2


def test_a_stream_that_breaks_before_its_first_word_is_simply_asked_again():
    with PlayedServer(streams([event("")], cut=True), says(SAID)) as server, model(server) as endpoint:
        assert clause(endpoint, stop=()).text == SAID
        assert server.bodies[0] == server.bodies[1]


def test_a_stream_that_always_breaks_is_an_error_in_the_end():
    with PlayedServer(streams([event("")], cut=True)) as server, model(server) as endpoint:
        with pytest.raises(EndpointGarbled, match="after 4 attempts"):
            clause(endpoint)
        assert len(server.bodies) == 4


def silent(handler: Handler) -> None:
    handler.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
    time.sleep(0.5)


@pytest.mark.parametrize("slow", [silent, streams([b": ping\n\n"] * 25, pause=0.02)], ids=["silent", "keepalives"])
def test_a_server_that_says_nothing_times_out_even_while_it_sends_keepalives(slow: Play):
    with PlayedServer(slow, says("so."), slow) as server, model(server, timeout=0.1, retries=1) as endpoint:
        assert clause(endpoint).text == "so."
        with pytest.raises(EndpointTimeout, match=r"no answer for 0\.1 s \(after 2 attempts\)"):
            clause(endpoint, "another")


def test_a_server_that_is_down_is_waited_for_until_it_comes_up():
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        url, port = f"http://127.0.0.1:{spare.getsockname()[1]}/v1", spare.getsockname()[1]
    with (
        EndpointModel(url, "tiny", backoff=0.01, retries=1) as hasty,
        pytest.raises(EndpointRefused, match="check that the server runs"),
    ):
        clause(hasty)
    with EndpointModel(url, "tiny", backoff=0.1, retries=8) as patient, ExitStack() as later:
        threading.Timer(0.3, lambda: later.enter_context(PlayedServer(says("so."), port=port))).start()
        assert clause(patient).text == "so."


def test_closing_the_model_ends_its_waits():
    with PlayedServer(fails(503)) as server:
        endpoint = model(server, backoff=60, retries=1)
        threading.Timer(0.1, endpoint.close).start()
        began = time.monotonic()
        with pytest.raises(EndpointRefused, match="closed"):
            clause(endpoint)
        assert time.monotonic() - began < 5


# The proxy


def test_the_same_seed_spoils_the_same_requests_in_the_same_way():
    def met(seed: int) -> list[tuple[str, int]]:
        with FaultyProxy("http://127.0.0.1:9", rate=0.5, seed=seed) as proxy:
            return [proxy.draw() for _ in range(50)]

    assert met(1) == met(1)
    assert met(1) != met(2)


def test_without_faults_the_proxy_changes_nothing():
    with PlayedServer(says(SAID)) as server, FaultyProxy(server.url, rate=0) as proxy, model(proxy) as endpoint:
        assert clauses(endpoint) == ["Tom sells cake,", " he says,", " so no."]
        assert proxy.met == {"": 1}


@pytest.mark.parametrize("fault", ["drop", "delay", "truncate", "limit"])
def test_through_each_fault_the_whole_reply_arrives(fault: str):
    with (
        PlayedServer(says(SAID)) as server,
        FaultyProxy(server.url, rate=0.5, seed=4, faults=(fault,), pause=0.3, room=600) as proxy,
        model(proxy, retries=12, timeout=0.2) as endpoint,
    ):
        for n in range(4):
            asked = (Message("user", str(n)),)
            assert endpoint.extend([Extend(asked)])[0].text == SAID
        assert proxy.met[fault] > 0


def test_through_all_faults_together_a_batch_of_voices_is_heard():
    heard = b'{"choices": [{"message": {"content": "A gate.\\nVerdict: revise"}, "finish_reason": "stop"}]}'
    with (
        PlayedServer(fails(200, heard)) as server,
        FaultyProxy(server.url, rate=0.4, seed=7, pause=0.05, room=60) as proxy,
        model(proxy, retries=12) as endpoint,
    ):
        voices = endpoint.branch([Branch(ASKED, (SAGE,) * 4)] * 3)
        assert all(voice.text == "A gate." and voice.parsed for row in voices for voice in row)
        assert all(proxy.met[fault] for fault in ("drop", "delay", "truncate", "limit"))
