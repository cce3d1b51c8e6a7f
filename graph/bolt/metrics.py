"""Metrics of pipelined reads, for Prometheus."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge


@dataclass(frozen=True, slots=True)
class PoolMetrics:
    """What one pool tells: its connections, those that broke, and the statements that found no room in time."""

    connections: Gauge
    lost: Counter
    refused: Counter

    @classmethod
    def of(cls, registry: CollectorRegistry, prefix: str, pools: tuple[str, ...]) -> dict[str, Self]:
        """Register the metrics; return those of each pool, by its name."""
        labels = ("statements",)
        text = "Open connections of pipelined reads."
        connections = Gauge(f"{prefix}_bolt_connections", text, labels, registry=registry, multiprocess_mode="livesum")
        lost = Counter(f"{prefix}_bolt_connections_lost", "Connections of pipelined reads that broke.", labels, registry=registry)
        refused = Counter(f"{prefix}_bolt_refused", "Pipelined reads that found no room in time.", labels, registry=registry)
        return {name: cls(connections.labels(name), lost.labels(name), refused.labels(name)) for name in pools}
