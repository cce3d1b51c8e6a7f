"""Metrics of pipelined statements, for Prometheus."""

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
        text = "Open connections of pipelined statements."
        connections = Gauge(f"{prefix}_bolt_connections", text, labels, registry=registry, multiprocess_mode="livesum")
        text = "Connections of pipelined statements that broke."
        lost = Counter(f"{prefix}_bolt_connections_lost", text, labels, registry=registry)
        text = "Pipelined statements that found no room in time."
        refused = Counter(f"{prefix}_bolt_refused", text, labels, registry=registry)
        return {name: cls(connections.labels(name), lost.labels(name), refused.labels(name)) for name in pools}
