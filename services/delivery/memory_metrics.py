"""Metrics of the memory of Redis."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge

from keyspace.memory import Memory
from keyspace.roles import Role


@dataclass(frozen=True, slots=True)
class MemoryMetrics:
    """The metrics of one worker; every worker shows the same gauges."""

    used: Gauge
    limit: Gauge
    by_redis: Gauge
    by_role: Gauge
    removed: Counter

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(name, text, labels, registry=registry)

        return cls(
            used=gauge("rookery_redis_used_bytes", "Memory of Redis that counts towards its limit."),
            limit=gauge("rookery_redis_limit_bytes", "Limit of the memory of Redis; 0 where there is none."),
            by_redis=gauge("rookery_redis_evicted_keys", "Keys that Redis evicted by its own policy since it began."),
            by_role=gauge("rookery_redis_role_bytes", "Memory that each role takes of Redis, about.", "role"),
            removed=Counter("rookery_redis_removed_keys_total", "Keys this worker removed to free memory.", registry=registry),
        )

    def show(self, memory: Memory) -> None:
        """Set the gauges of one Redis."""
        self.used.set(memory.used)
        self.limit.set(memory.limit)
        self.by_redis.set(memory.evicted)

    def show_roles(self, sizes: Mapping[Role, int]) -> None:
        """Set the gauges of the roles, in bytes."""
        for role, size in sizes.items():
            self.by_role.labels(role.value).set(size)
