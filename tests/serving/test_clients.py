"""What others wrote: OpenAI's client, Inspect's provider for compatible servers, and a server as upstream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import get_model
from inspect_ai.scorer import includes
from tests.language.served import served
from tests.serving.conftest import BETTER, FIRST, PARTING, Door, opened
from tests.serving.test_tools import TOOLS

from eudaimon.language.backend import NEWBORN
from eudaimon.language.endpoint import EndpointModel
from eudaimon.life import Manner


@pytest.fixture
def client(door: Door) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{door.url}/v1", api_key=door.key("ann"), max_retries=0) as client:
        yield client


def test_the_openai_client_chats_and_finds_the_reflections(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "who sells bread?"}]
    answer = client.chat.completions.create(model="eudaimon", messages=asked, n=6, seed=1)  # type: ignore[call-overload]
    assert {choice.message.content for choice in answer.choices} <= {FIRST[0], BETTER, PARTING}
    assert all(choice.model_extra["eudaimon"]["reflections"] for choice in answer.choices)
    assert client.models.retrieve("eudaimon").id == client.models.list().data[0].id


def test_to_the_openai_client_a_stream_is_a_stream_like_any(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "who sells bread?"}]
    for seed in range(4):
        stream = client.chat.completions.create(model="eudaimon", messages=asked, seed=seed, stream=True)  # type: ignore[call-overload]
        chunks = list(stream)
        said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)  # as a client that knows nothing would
        assert said in (FIRST[0], BETTER, PARTING)
        assert chunks[-1].choices[0].finish_reason == "stop"
        assert any("reflection" in (chunk.model_extra or {}).get("eudaimon", {}) for chunk in chunks)


def test_the_openai_client_gathers_a_stream_into_a_message(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "who sells bread?"}]
    with client.chat.completions.stream(model="eudaimon", messages=asked, seed=2) as stream:  # type: ignore[arg-type]
        final = stream.get_final_completion()
    assert final.choices[0].message.content in (FIRST[0], BETTER, PARTING)


def test_the_openai_client_completes_a_prompt(client: openai.OpenAI) -> None:
    answer = client.completions.create(model="eudaimon", prompt="who sells bread?", seed=1)
    assert answer.choices[0].text in (FIRST[0], BETTER, PARTING)


def test_the_openai_client_raises_its_own_errors(client: openai.OpenAI, door: Door) -> None:
    asked = [{"role": "user", "content": "well?"}]
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-9'"):
        client.chat.completions.create(model="gpt-9", messages=asked)  # type: ignore[call-overload]
    with pytest.raises(openai.BadRequestError, match="tools"):
        client.chat.completions.create(model="eudaimon", messages=asked, tools=TOOLS)  # type: ignore[call-overload]
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="eu-0-0").models.list()
    door.house.gate.closing = True
    with pytest.raises(openai.InternalServerError, match="closing"):
        client.chat.completions.create(model="eudaimon", messages=asked)  # type: ignore[call-overload]


def test_inspects_provider_for_compatible_servers_runs_a_task(door: Door, tmp_path: Path) -> None:
    model = get_model("openai-api/door/eudaimon", base_url=f"{door.url}/v1", api_key=door.key("inspect"))
    task = Task([Sample("who sells bread?", target="Tom"), Sample("is it far?", target="know")], scorer=includes())
    (log,) = eval(task, model=model, log_dir=str(tmp_path), display="none", max_tokens=32)
    assert log.status == "success"
    assert log.samples is not None
    assert {sample.output.completion for sample in log.samples} <= {FIRST[0], BETTER, PARTING}
    assert log.stats.model_usage


@pytest.mark.slow
def test_before_transformers_serve_the_newborn_speaks_with_a_council(tmp_path: Path) -> None:
    """The embedded model behind a server that knows nothing of councils, in a process of its own."""
    checkpoint = tmp_path / "newborn"
    checkpoint.mkdir()
    for path in NEWBORN.iterdir():
        (checkpoint / path.name).write_bytes(path.read_bytes())
    manner = Manner(pool="soldier", seats=0, comment_tokens=8, max_tokens=16, tries=1, patience=1)
    with (
        served(checkpoint, patience=200) as url,
        EndpointModel(url, str(checkpoint), timeout=120) as model,
        opened(tmp_path / "life", model, manner=manner) as door,
        openai.OpenAI(base_url=f"{door.url}/v1", api_key=door.key("ann"), max_retries=0, timeout=200) as client,
    ):
        notes = {"role": "system", "content": "Tom sells bread. Ann sells milk."}
        asked = [notes, {"role": "user", "content": "does Tom sell bread?"}]
        answer = client.chat.completions.create(model="eudaimon", messages=asked, temperature=0)  # type: ignore[call-overload]
        told = answer.choices[0].model_extra["eudaimon"]
        assert answer.choices[0].message.content
        assert told["reflections"]
        assert all(len(pause["comments"]) == 5 for pause in told["reflections"])
        stream = client.chat.completions.create(model="eudaimon", messages=asked, temperature=0, stream=True)  # type: ignore[call-overload]
        said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        assert said == answer.choices[0].message.content
