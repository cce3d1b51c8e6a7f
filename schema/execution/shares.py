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
        self._told: dict[Way, Metric] = {}

    def publish(self, registry: CollectorRegistry) -> None:
        """Tell a registry from now on."""
        metric = Metric("rookery_executions", "Operations and events by how they were run.", ("way",), registry=registry)
        self._told = {way: metric.labels(way.value) for way in Way}

    def count(self, way: Way) -> None:
        """Count one."""
        self.counts[way] += 1
        if self._told:
            self._told[way].inc()

    @property
    def compiled(self) -> float:
        """The share that was compiled and ended so; 0 before anything ran."""
        total = self.counts.total()
        return self.counts[Way.COMPILED] / total if total else 0.0
