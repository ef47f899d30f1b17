"""What the OpenAPI document promises is kept, whatever is sent; and whatever an upstream's stream brings is borne."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import aiohttp
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.serving.conftest import Door, judge, opened, say
from tests.serving.test_faults import until

from eudaimon.dialogue import Message
from eudaimon.errors import EndpointError
from eudaimon.language import Extend, ScriptedModel
from eudaimon.language.concessions import Body
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.patience import Patience
from eudaimon.serving.speaking.line import Line, Stream
from eudaimon.serving.speaking.reading import Reading


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(tmp_path_factory.mktemp("contract") / "life", ScriptedModel(say=say, judge=judge)) as door:
        yield door


@pytest.mark.long
def test_every_answer_is_as_the_document_says(door: Door, tmp_path: Path) -> None:
    """Schemathesis, with every boundary that the document draws, and at random on both sides of it."""
    key = f"Authorization: Bearer {door.key('ann')}"
    config = tmp_path / "schemathesis.toml"
    # What the document cannot say (one field needs another) is refused with 400, by name.
    config.write_text('[checks]\npositive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404]\n')
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run", "-H", key]
    command += ["--phases", "coverage,fuzzing", "--max-examples", "10", "--seed", "1", f"{door.url}/openapi.json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    told = httpx.get(f"{door.url}/metrics", headers=dict([key.split(": ")])).text
    for path in ("/v1/chat/completions", "/v1/completions"):  # it was not refused throughout
        (count,) = re.findall(rf'eudaimon_requests_total{{route="{path}",status="200"}} (\S+)', told)
        assert float(count) > 20
    until(lambda: door.house.gate.inside == 0)


EVENTS = st.sampled_from([
    b'data: {"choices": [{"delta": {"content": "Tom sells"}}]}\n\n',
    b'data: {"choices": [{"delta": {"content": " bread, so"}}]}\r\n\r\n',
    'data: {"choices": [{"delta": {"content": " \u00e4\u2028\U0001f600."}}]}\n\n'.encode(),
    b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n',
    b'data: {"choices": [{"delta": {"content": null}, "finish_reason": "length"}]}\n\n',
    b'data: {"choices": [], "usage": {"prompt_tokens": 3}}\n\n',
    b'data: {"error": {"message": "out of memory"}}\n\n',
    b"data: [DONE]\n\n",
    b": keepalive\n\n",
    b"event: ping\ndata\n\n",
    b"data: {\n\n",
])  # fmt: skip
BYTES = st.lists(EVENTS | st.binary(max_size=20), max_size=12).map(b"".join)


MODEL = EndpointModel("http://upstream/v1", "m", api_key="x")


class Played:
    """A response that brings these bytes, in pieces: what of aiohttp's is used here."""

    def __init__(self, content: bytes, size: int) -> None:
        self.headers, self.content = {"content-type": "text/event-stream"}, self
        self._bytes, self._size = content, size

    async def iter_any(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._bytes), self._size):
            yield self._bytes[start : start + self._size]

    def release(self) -> None:
        """There is nothing to be freed."""

    close = release


class PlayedLine(Line):
    """Answers every request with such a response."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(MODEL.answers)
        self._played = (content, size)

    async def stream(self, body: Body) -> Stream:
        return Stream(self.answers, cast("aiohttp.ClientResponse", Played(*self._played)))


@given(BYTES, st.integers(1, 40), st.sampled_from([(), (",", "."), ("so",)]), st.integers(1, 8))
@settings(max_examples=300)
def test_whatever_bytes_an_upstream_streams_are_words_or_an_error(
    content: bytes, size: int, stop: tuple[str, ...], most: int
) -> None:
    async def read() -> str:
        reading = Reading(MODEL, PlayedLine(content, size), Patience("upstream", 0, 0.0, 0))
        try:
            said = await reading.read(Extend((Message("user", "well?"),), most, stop))
        finally:
            await reading.close()
        assert said.finish in ("stop", "end", "length")
        assert said.finish != "stop" or said.text.endswith(stop)
        assert not any(one in said.text[: -len(one)] for one in stop)
        return said.text

    try:
        one = asyncio.run(read())
    except EndpointError as error:
        assert "Remedy" in str(error)  # noqa: PT017 - an error is one of the two good ends
    else:
        whole, size = one, len(content) or 1
        assert asyncio.run(read()) == whole  # wherever the network cuts it
