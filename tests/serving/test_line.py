"""The door's line to an upstream: through the environment's proxy, and not for longer than its server is silent."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from tests.language.faulty import Handler, PlayedServer, fails

from eudaimon.errors import EndpointRefused, EndpointTimeout
from eudaimon.language.answers import Answers
from eudaimon.language.patience import Fault
from eudaimon.serving.speaking.acting import _read
from eudaimon.serving.speaking.line import Line, proxy_to

SAID = b'{"choices": [{"message": {"content": "so."}}]}'
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask(url: str, timeout: float = 5, query: str = "") -> str:
    async def asked() -> str:
        line = Line(Answers(f"{url}/v1{query}", "", timeout))
        try:
            return await line.ask({"model": "tiny", "max_tokens": 9})
        finally:
            await line.close()

    return asyncio.run(asked())


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_it_goes_through_the_environments_proxy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = []

    def play(handler: Handler) -> None:
        paths.append(handler.path)
        handler.whole(200, SAID)

    with PlayedServer(play) as proxy:
        monkeypatch.setenv(name.lower(), proxy.url)
        assert json.loads(ask("http://host.test")) == json.loads(SAID)
    assert paths == ["http://host.test/v1/chat/completions"]


def test_the_urls_query_is_sent() -> None:
    paths = []

    def play(handler: Handler) -> None:
        paths.append(handler.path)
        handler.whole(200, SAID)

    with PlayedServer(play) as server:
        ask(server.url, query="?api-version=7&key=q%2Fsecret")
    assert paths == ["/v1/chat/completions?api-version=7&key=q%2Fsecret"]


def test_it_goes_past_the_proxy_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with PlayedServer(fails(200, SAID)) as server:
        with pytest.raises(Fault, match="no connection"):
            ask(server.url)
        monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
        assert json.loads(ask(server.url)) == json.loads(SAID)


def test_a_proxy_without_a_scheme_is_one_of_http_and_one_of_socks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.test:3128")
    assert proxy_to("https://host.test/v1") == "http://proxy.test:3128"
    assert proxy_to("http://host.test/v1") is None
    monkeypatch.setenv("all_proxy", "socks5://me:p-secret@proxy.test:1080")
    with pytest.raises(EndpointRefused, match=r"one of socks5\. Remedy: .*HTTP_PROXY.*NO_PROXY") as caught:
        Line(Answers("http://host.test/v1", "", 5))
    assert "secret" not in str(caught.value)


def test_a_server_that_takes_a_request_and_says_nothing_is_not_waited_for() -> None:
    def hang(handler: Handler) -> None:
        time.sleep(0.6)
        handler.cut()

    with PlayedServer(hang) as server, pytest.raises(Fault) as caught:
        ask(server.url, timeout=0.1)
    assert caught.value.kind is EndpointTimeout


def test_an_answer_with_half_a_surrogate_pair_or_in_parts_is_read() -> None:
    text = r'{"choices": [{"message": {"content": [{"type": "text", "text": "so \ud83d."}]}}]}'
    assert _read(Answers("http://host.test/v1", "", 5), text).choices[0].message.content == "so \ufffd."
