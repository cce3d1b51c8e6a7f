"""How operations were run: the share that was compiled, as a metric."""

from collections import Counter
from enum import StrEnum

from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric


class Way(StrEnum):
    """How an operation or an event was run."""

    COMPILED = "compiled"
    FIRST_SIGHT = "first_sight"
    UNCOMPILED = "uncompiled"
    REFUSED = "refused"
    """Variables that graphql-core is to refuse."""
    SURPRISED = "surprised"


class Shares:
    """Counts of each way, in this process."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.counts: Counter[Way] = Counter()
        self._metric: Metric | None = None
        self._told: dict[Way, Metric] = {}

    def publish(self, registry: CollectorRegistry) -> None:
        """Tell a registry from now on."""
        self._metric = Metric("rookery_executions", "Operations and events by how they were run.", ("way",), registry=registry)

    def count(self, way: Way) -> None:
        """Count one."""
        self.counts[way] += 1
        if self._metric is not None:
            told = self._told.get(way)
            if told is None:
                told = self._told[way] = self._metric.labels(way.value)
            told.inc()

    @property
    def compiled(self) -> float:
        """The share that was compiled and ended so; 0 before anything ran."""
        total = self.counts.total()
        return self.counts[Way.COMPILED] / total if total else 0.0
