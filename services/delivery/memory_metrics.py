"""Metrics of the memory of Redis."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
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
            used=gauge("rookery_redis_used_bytes", "Memory of a Redis that counts towards its limit.", "redis"),
            limit=gauge("rookery_redis_limit_bytes", "Limit of the memory of a Redis; 0 where there is none.", "redis"),
            by_redis=gauge("rookery_redis_evicted_keys", "Keys that a Redis evicted by its own policy since it began.", "redis"),
            by_role=gauge("rookery_redis_role_bytes", "Memory that each role takes of Redis, about.", "role"),
            removed=Counter("rookery_redis_removed_keys_total", "Keys this worker removed to free memory.", registry=registry),
        )

    def show(self, redis: str, memory: Memory) -> None:
        """Set the gauges of one Redis, by its name."""
        self.used.labels(redis).set(memory.used)
        self.limit.labels(redis).set(memory.limit)
        self.by_redis.labels(redis).set(memory.evicted)

    def show_roles(self, roles: AbstractSet[Role], sizes: Mapping[Role, float]) -> None:
        """Set the gauges of the roles that one Redis has, in bytes."""
        for role in roles:
            self.by_role.labels(role.value).set(sizes[role])
