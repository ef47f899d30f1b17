"""What the OpenAPI document promises is kept, whatever is sent; and whatever an upstream's stream brings is borne."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from tests.serving.conftest import Door, judge, opened, say
from tests.serving.test_faults import until

from eudaimon.dialogue import Message
from eudaimon.errors import EndpointError
from eudaimon.language import Extend, ScriptedModel
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.patience import Patience
from eudaimon.serving.speaking.line import Line
from eudaimon.serving.speaking.reading import Reading

CONFIG = SchemathesisConfig.from_dict({
    # What the document cannot say (one field needs another) is refused with 400, by name.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404"]}},
})  # fmt: skip


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(tmp_path_factory.mktemp("contract") / "life", ScriptedModel(say=say, judge=judge)) as door:
        yield door


def test_every_answer_is_as_the_document_says(door: Door) -> None:
    headers = {"Authorization": f"Bearer {door.key('ann')}"}
    document = schemathesis.openapi.from_url(f"{door.url}/openapi.json", config=CONFIG)
    seen = set()
    for found in document.get_all_operations():
        operation = found.ok()
        seen.add(operation.path)

        for mode in GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=60, suppress_health_check=list(HealthCheck))
            def holds(case: Any) -> None:
                case.call_and_validate(headers=headers)

            with suppress(Unsatisfiable):  # nothing wrong can be said to a path without parameters
                holds()
    assert seen >= {"/v1/chat/completions", "/v1/completions", "/v1/models", "/healthz", "/metrics"}
    until(lambda: door.house.gate.inside == 0)
    told = httpx.get(f"{door.url}/metrics", headers=headers).text
    for path in ("/v1/chat/completions", "/v1/completions"):  # it was not refused throughout
        (count,) = re.findall(rf'eudaimon_requests_total{{route="{path}",status="200"}} (\S+)', told)
        assert float(count) > 20


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


class Played(httpx.AsyncBaseTransport):
    """Answers every request with these bytes, in pieces."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content, self._size = content, size

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=self._pieces())

    async def _pieces(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), self._size):
            yield self._content[start : start + self._size]


@given(BYTES, st.integers(1, 40), st.sampled_from([(), (",", "."), ("so",)]), st.integers(1, 8))
@settings(max_examples=300)
def test_whatever_bytes_an_upstream_streams_are_words_or_an_error(
    content: bytes, size: int, stop: tuple[str, ...], most: int
) -> None:
    async def read() -> str:
        line = Line(MODEL.answers, transport=Played(content, size))
        reading = Reading(MODEL, line, Patience("upstream", 0, 0.0, 0))
        try:
            said = await reading.read(Extend((Message("user", "well?"),), most, stop))
        finally:
            await reading.close()
            await line.close()
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
