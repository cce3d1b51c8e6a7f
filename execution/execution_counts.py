"""How many operations were compiled, how many were not, and how many bailed out: counted, and as a metric."""

from collections import Counter
from enum import StrEnum

from prometheus_client import CollectorRegistry
from prometheus_client import Counter as Metric


class Way(StrEnum):
    """How an operation or an event was run; labels of the metric."""

    COMPILED = "compiled"
    NOT_YET_COMPILED = "not_yet_compiled"
    """By graphql-core, since operations are compiled when they come again."""
    NOT_COMPILED = "not_compiled"
    """By graphql-core, since it has something that is not compiled."""
    REFUSED = "refused"
    """By graphql-core, which refuses the variables."""
    BAILED_OUT = "bailed_out"
    """By its plan, and from there on by graphql-core."""


class ExecutionCounts:
    """Counts of this process for each way. The metric has only the ways that were met."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.by_way: Counter[Way] = Counter()
        self._metric: Metric | None = None
        self._series: dict[Way, Metric] = {}

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Count in a metric of this registry as well from now on."""
        text = "Operations and events by how they were run."
        self._metric = Metric(f"{prefix}_executions", text, ("way",), registry=registry)

    def count(self, way: Way) -> None:
        """Count one."""
        self.by_way[way] += 1
        if self._metric is not None:
            series = self._series.get(way)
            if series is None:
                series = self._series[way] = self._metric.labels(way.value)
            series.inc()
