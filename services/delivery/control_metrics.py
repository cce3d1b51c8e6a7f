"""Metrics of how new posts are delivered at present."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Gauge

from graph.rows.delivery import DeliveryControl
from graph.rows.posts import Delivery


@dataclass(frozen=True, slots=True)
class ControlMetrics:
    """The metrics of one worker; every worker shows the same gauges. `push_below` is the threshold of the settings."""

    push_below: int
    threshold: Gauge
    mode: Gauge
    pinned: Gauge
    moved: Counter
    pulled: Gauge

    @classmethod
    def of(cls, registry: CollectorRegistry, push_below: int) -> Self:
        """Create the metrics in a registry."""
        return cls(
            push_below,
            Gauge("rookery_delivery_threshold", "Followers from which posts are not pushed to all.", registry=registry),
            Gauge("rookery_delivery_mode", "1 for how posts above the threshold are delivered.", ("mode",), registry=registry),
            Gauge("rookery_delivery_pinned", "1 while an operator has pinned delivery.", registry=registry),
            Counter("rookery_delivery_threshold_changes_total", "Changes by load.", ("direction",), registry=registry),
            Gauge("rookery_pulled_authors", "Authors whose recent posts pages merge; 0 while not known.", registry=registry),
        )

    def show(self, control: DeliveryControl) -> None:
        """Set the gauges to what is in force."""
        threshold, mode = control.in_force(self.push_below)
        self.threshold.set(threshold)
        self.pinned.set(control.pinned)
        for each in Delivery:
            self.mode.labels(each.value).set(each is mode)
