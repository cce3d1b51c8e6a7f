"""Metrics of delivery: how much is delivered, how fast, and how much waits."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from keyspace.fan_out_queue import FanOutQueue

CHUNK_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Bounds of the histogram of chunks, in seconds."""


@dataclass(frozen=True, slots=True)
class DeliveryMetrics:
    """The metrics of one worker."""

    delivered: Counter
    chunk: Histogram
    set_aside: Counter
    backlog: Gauge
    tasks: Gauge
    overdue: Gauge

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, registry=registry)

        return cls(
            delivered=Counter(
                "rookery_deliveries_total", "Viewers whom tasks of fan-out reached, by action.", ("action",), registry=registry
            ),
            chunk=Histogram(
                "rookery_fan_out_chunk_seconds", "Time to push one chunk and note it.", registry=registry, buckets=CHUNK_TIMES
            ),
            set_aside=Counter("rookery_fan_out_set_aside_total", "Tasks set aside after all attempts.", registry=registry),
            backlog=gauge("rookery_fan_out_backlog", "Deliveries left to the tasks of fan-out."),
            tasks=gauge("rookery_fan_out_tasks", "Tasks of fan-out that are not done."),
            overdue=gauge("rookery_fan_out_overdue_seconds", "Time since the turn of the task that is next; 0 without one."),
        )

    async def look(self, queue: FanOutQueue) -> None:
        """Read what waits."""
        found = await queue.backlog()
        self.backlog.set(found.deliveries)
        self.tasks.set(found.tasks)
        self.overdue.set(found.overdue)
