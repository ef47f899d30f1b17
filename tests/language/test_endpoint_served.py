"""The endpoint against `transformers serve` in another process: directly, and through a proxy that spoils answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.language.faulty import FaultyProxy
from tests.language.served import served, speaking_checkpoint

from eudaimon.dialogue import Conversation, Message, with_reply
from eudaimon.errors import EndpointRefused
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.model import Branch, Extend

ASKED = (Message("user", "does Tom sell bread?"),)
SAGE, FOOL = Message("council", "You are the sage.", name="sage"), Message("council", "You are the fool.", name="fool")
CLAUSES = ["Tom sells cake,", " so no.", " Verdict : revise"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speaking_checkpoint(tmp_path_factory.mktemp("speaking"), "Tom sells cake , so no . Verdict : revise")


@pytest.fixture(scope="module")
def url(checkpoint: Path) -> Iterator[str]:
    with served(checkpoint) as url:
        yield url


def clauses(model: EndpointModel, asked: Conversation) -> list[str]:
    """A whole reply, clause by clause."""
    said: list[str] = []
    while True:
        spoken = with_reply(asked, "".join(said)) if said else asked
        (heard,) = model.extend([Extend(spoken, stop=(",", "."), temperature=0)])
        said.append(heard.text)
        if heard.finish != "stop":
            return said


def test_a_reply_is_read_clause_by_clause_from_one_request_and_its_usage_is_exact(url: str, checkpoint: Path):
    with EndpointModel(url, str(checkpoint)) as model:
        assert clauses(model, ASKED) == CLAUSES
        assert (model.usage.calls, model.usage.decoded) == (1, 11)
        assert not model.estimated


def test_an_open_reply_is_gone_on_with_from_where_it_stands(url: str, checkpoint: Path):
    with EndpointModel(url, str(checkpoint)) as model:
        assert model.extend([Extend(with_reply(ASKED, "Tom sells"))])[0].text == " cake, so no. Verdict : revise"


def test_voices_are_heard_and_their_verdicts_counted(url: str, checkpoint: Path):
    with EndpointModel(url, str(checkpoint)) as model:
        ((sage, fool),) = model.branch([Branch(with_reply(ASKED, "Tom sells"), (SAGE, FOOL))])
        assert model.capabilities.tier == "T"
    assert sage == fool
    assert (sage.text, sage.parsed) == ("Tom sells cake, so no.", True)
    assert sage.probabilities == pytest.approx((0.5 / 6.5, 5.5 / 6.5, 0.5 / 6.5))


def test_the_servers_limit_and_the_models_name_are_honoured(url: str, checkpoint: Path):
    with EndpointModel(url, str(checkpoint)) as model:
        (said,) = model.extend([Extend(ASKED, max_tokens=3)])
        assert (said.text, said.finish, said.tokens) == ("Tom sells cake", "length", 3)
    with EndpointModel(url, "another") as model, pytest.raises(EndpointRefused, match="pinned to"):
        model.extend([Extend(ASKED)])


def test_the_server_refuses_extras_that_go_on_with_a_last_message_which_is_why_a_note_asks_for_it(
    url: str, checkpoint: Path
):
    messages = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "Tom"}]
    body = {"model": str(checkpoint), "messages": messages, "continue_final_message": True}
    assert httpx.post(f"{url}/chat/completions", json=body, trust_env=False).status_code == 422


def test_through_a_faulty_proxy_everything_is_heard_as_if_it_were_not_there(url: str, checkpoint: Path):
    upstream = url.removesuffix("/v1")
    with (
        FaultyProxy(upstream, rate=0.4, seed=3, pause=0.3, room=1500) as proxy,
        EndpointModel(f"{proxy.url}/v1", str(checkpoint), retries=12, backoff=0.01, timeout=5, concurrency=4) as model,
    ):
        for n in range(6):
            assert clauses(model, (Message("user", f"{n} does Tom sell bread?"),)) == CLAUSES
        voices = model.branch([Branch(ASKED, (SAGE, FOOL))] * 3)
        assert all(voice.text == "Tom sells cake, so no." for row in voices for voice in row)
        assert all(proxy.met[fault] for fault in ("drop", "delay", "truncate", "limit"))
