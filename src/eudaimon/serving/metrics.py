"""What a door counts, for Prometheus. Nothing in it tells of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from eudaimon.serving.house import House

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """One door's figures.

    Attributes:
        requests: answered, by route and status.
        seconds: that they took, by route.
        reflections: by verdict.
        tokens: spoken, drafts included.
        kept: conversations that were stored, and those that were not in time, by outcome.
    """

    def __init__(self, house: House) -> None:
        self._registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests that were answered", "route", "status")
        self.reflections = self._counter("reflections", "Decisions of the council", "verdict")
        self.tokens = self._counter("tokens", "Tokens that the persona spoke, drafts included")
        self.kept = self._counter("kept", "Conversations stored, or not in time", "outcome")
        self.seconds = Histogram(
            "eudaimon_request_seconds",
            "From a request's arrival to its answer's end",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._gauge("inside", "Requests being answered").set_function(lambda: house.gate.inside)
        self._gauge("unkept", "Conversations that wait to be stored").set_function(lambda: house.keeper.backlog)

    def page(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"eudaimon_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"eudaimon_{name}", text, registry=self._registry)
