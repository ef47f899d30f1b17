"""Spans, where somebody configured where they go; without a word of what was said."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.serving.conftest import Door
from tests.serving.test_faults import until

from eudaimon.serving import answering


def test_a_reply_is_a_span_with_its_reflections_and_no_words(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(answering, "TRACER", provider.get_tracer("eudaimon"))
    with door.client("ann") as client:
        answer = door.chat(client, "does Tom sell bread?", seed=1).json()["choices"][0]["eudaimon"]
        door.chat(client, "well?", stream=True, eudaimon={"conversation": "door/unknown"})
    until(lambda: len(spans.get_finished_spans()) == 2)
    reply, failed = spans.get_finished_spans()
    verdicts = [dict(event.attributes or {})["verdict"] for event in reply.events if event.name == "reflection"]
    assert verdicts == [pause["verdict"] for pause in answer["reflections"]]
    assert reply.events[-1].name == "ended"
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert "bread" not in reply.to_json()
    assert "ann" not in reply.to_json()
