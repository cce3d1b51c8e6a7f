"""Metrics of events: how many, how late, how much waits."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from graph.driver import Graph
from keyspace.dead_letters import DeadLetters
from keyspace.event_stream import EventStream

DELAYS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0)
"""Bounds of the delay histograms, in seconds: a push is late from one second on."""


@dataclass(frozen=True, slots=True)
class EventMetrics:
    """The metrics of one process."""

    handled: Counter
    failed: Counter
    dead: Counter
    age: Histogram
    relayed: Counter
    relay_delay: Histogram
    outbox: Gauge
    stream: Gauge
    dead_letters: Gauge
    pending: Gauge
    lag: Gauge

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""
        group = ("group",)

        def count(name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
            return Counter(name, text, labels, registry=registry)

        def gauge(name: str, text: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(name, text, labels, registry=registry)

        def delay(name: str, text: str, labels: tuple[str, ...] = ()) -> Histogram:
            return Histogram(name, text, labels, registry=registry, buckets=DELAYS)

        return cls(
            handled=count("rookery_events_handled_total", "Events handled.", group),
            failed=count("rookery_events_failed_total", "Attempts that failed.", group),
            dead=count("rookery_events_dead_total", "Events set aside as dead letters.", group),
            age=delay("rookery_event_age_seconds", "Time from the change until it was handled.", group),
            relayed=count("rookery_events_relayed_total", "Events moved from the outbox, or removed since the stream had them."),
            relay_delay=delay("rookery_relay_delay_seconds", "Time from the change until the relay moved it."),
            outbox=gauge("rookery_outbox_depth", "Events in the outbox."),
            stream=gauge("rookery_stream_length", "Events in the stream, handled ones included."),
            dead_letters=gauge("rookery_dead_letters", "Events set aside."),
            pending=gauge("rookery_group_pending", "Events delivered and not yet handled.", group),
            lag=gauge("rookery_group_lag", "Events not yet delivered.", group),
        )

    async def look(self, graph: Graph, events: EventStream, letters: DeadLetters) -> None:
        """Read what waits in the outbox and in the stream."""
        self.outbox.set(await graph.read("outbox/depth"))
        self.stream.set(await events.length())
        self.dead_letters.set(await letters.count())
        for group, backlog in (await events.backlogs()).items():
            self.pending.labels(group).set(backlog.pending)
            self.lag.labels(group).set(backlog.lag)
