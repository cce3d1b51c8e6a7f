"""Metrics for Prometheus: operations, streams, errors and the lag of the event loop."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Literal, get_args

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from web.documents import Operation

Transport = Literal["http", "sse", "multipart", "ws"]

_DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# A refusal, a stream that proxies cut after 1, 5 or 60 minutes, and one that lasts a day.
_STREAM_DURATIONS = (0.1, 1.0, 10.0, 60.0, 300.0, 1_800.0, 3_600.0, 21_600.0, 86_400.0)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
# Often enough to see a stall of 0.1 s, and rare enough to cost nothing.
_LAG_INTERVAL_SECONDS = 0.25


class Metrics:
    """The metrics of one process, in their own registry.

    Operation names become labels only for trusted documents, because clients could send any number of names: see
    `Operation.label`.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register the metrics; without `registry`, in a new one."""
        self.registry = registry or CollectorRegistry()
        labels = ("transport", "type", "operation", "status")
        self._operations = Counter("rookery_operations", "Operations run.", labels, registry=self.registry)
        self._seconds = Histogram(
            "rookery_operation_seconds",
            "Time to run an operation.",
            ("transport", "type"),
            buckets=_DURATIONS,
            registry=self.registry,
        )
        self._series: dict[tuple[Transport, str, str, str], tuple[Counter, Histogram]] = {}
        running = self._gauge(
            "rookery_operations_running", "Operations running, as of the last quarter of a second.", "transport"
        )
        self._running = {transport: running.labels(transport) for transport in get_args(Transport)}
        self._running_counts = dict.fromkeys(self._running, 0)
        self._streams = self._gauge("rookery_streams_open", "Subscriptions open now.", "transport")
        self._stream_seconds = Histogram(
            "rookery_stream_seconds",
            "Time that a subscription was open.",
            ("transport", "operation"),
            buckets=_STREAM_DURATIONS,
            registry=self.registry,
        )
        self._delivered = Counter(
            "rookery_stream_events", "Events sent to subscribers.", ("transport",), registry=self.registry
        )
        self._errors = Counter("rookery_errors", "Errors sent to clients.", ("code",), registry=self.registry)
        self._cut = Counter("rookery_streams_cut", "Streams ended by us.", ("reason",), registry=self.registry)
        self._lag = Histogram(
            "rookery_event_loop_lag_seconds", "How late the event loop runs.", buckets=_LAGS, registry=self.registry
        )

    def _gauge(self, name: str, text: str, label: str) -> Gauge:
        return Gauge(name, text, (label,), registry=self.registry, multiprocess_mode="livesum")

    def operation_started(self, transport: Transport) -> None:
        """Count an operation that starts."""
        self._running_counts[transport] += 1

    def operation_ended(self, operation: Operation, transport: Transport, status: str, seconds: float) -> None:
        """Count an operation that ends, with its duration."""
        self._running_counts[transport] -= 1
        key = transport, operation.kind.value, operation.label, status
        # Looking up a series by its labels costs more than counting, so the series are stored.
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = self._operations.labels(*key), self._seconds.labels(*key[:2])
        operations, durations = series
        operations.inc()
        durations.observe(seconds)

    def stream_ended(self, operation: Operation, transport: Transport, status: str, seconds: float) -> None:
        """Count a subscription that ends, however it does, with the time that it was open."""
        self._operations.labels(transport, operation.kind.value, operation.label, status).inc()
        self._stream_seconds.labels(transport, operation.label).observe(seconds)

    def streaming(self, transport: Transport) -> AbstractContextManager[None]:
        """Count a subscription while it is open."""
        return self._streams.labels(transport).track_inprogress()

    def deliveries(self, transport: Transport) -> Callable[[int], None]:
        """Return what counts events that are sent to a subscriber; a stream asks once, since to find a series takes longer."""
        return self._delivered.labels(transport).inc

    def failed(self, code: str) -> None:
        """Count an error that is sent to a client."""
        self._errors.labels(code).inc()

    def cut(self, reason: str) -> None:
        """Count a stream that the server ended."""
        self._cut.labels(reason).inc()

    @asynccontextmanager
    async def watching_lag(self) -> AsyncIterator[None]:
        """Measure the lag of the event loop while the application runs."""
        task = asyncio.create_task(self._watch_lag(), name="event loop lag")
        try:
            yield
        finally:
            task.cancel()

    async def _watch_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_INTERVAL_SECONDS
            await asyncio.sleep(_LAG_INTERVAL_SECONDS)
            self._lag.observe(max(0.0, loop.time() - due))
            self._publish_running()

    def _publish_running(self) -> None:
        """Set the gauges of running operations. Doing so at each start and end would double the cost of counting."""
        for transport, running in self._running.items():
            running.set(self._running_counts[transport])

    async def serve(self, _request: Request) -> Response:
        """Respond to a scrape; with `PROMETHEUS_MULTIPROC_DIR` set, for all processes together."""
        registry = self.registry
        self._publish_running()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client has no types here
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
