"""Metrics of settling pulled authors."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter


@dataclass(frozen=True, slots=True)
class SettlementMetrics:
    """The metrics of one worker. How many pulled authors there are is among those of the threshold."""

    settled: Counter

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""
        text = "Authors whose posts pages need not merge any more, since all was pushed to all."
        return cls(Counter("rookery_pulled_authors_settled_total", text, registry=registry))
