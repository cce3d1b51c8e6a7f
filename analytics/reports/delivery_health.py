"""How delivery is doing, from the metrics that workers tell: nothing of it is of a person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isinf

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

AGE = "rookery_event_age_seconds"
OVERDUE_MOST = 2.0
"""Seconds by which the next task of fan-out may be late: later counts as busy (`ROOKERY_BUSY_AGE`)."""


@dataclass(frozen=True, slots=True)
class HealthFigure:
    """A figure: its value, None where nothing told of it, and whether it is as it should be, None where that is no question."""

    name: str
    value: float | None
    unit: str
    meaning: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The samples of one or more workers, as they tell them."""

    samples: Sequence[Sample]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Metrics":
        """Read the texts of workers.

        Raises:
            ValueError: one is not in the format of Prometheus.

        """
        families: Iterable[Metric] = (family for text in texts for family in text_string_to_metric_families(text))
        return cls([sample for family in families for sample in family.samples])

    def total(self, name: str) -> float | None:
        """Return the sum of a metric over its labels and all workers, None where nobody tells it."""
        return self._joined(name, sum)

    def most(self, name: str) -> float | None:
        """Return the largest value: of what every worker tells of the same queue."""
        return self._joined(name, max)

    def quantile(self, name: str, part: float) -> float | None:
        """Return below which value a part of the observations of a histogram lie, within a bucket by a straight line."""
        counts: dict[float, float] = {0.0: 0.0}
        for sample in self.samples:
            if sample.name == f"{name}_bucket":
                bound = float(sample.labels["le"])
                counts[bound] = counts.get(bound, 0.0) + sample.value
        bounds = sorted(counts)
        wanted = part * counts[bounds[-1]]
        if not wanted:
            return None
        low, high = next((low, high) for low, high in pairwise(bounds) if counts[high] >= wanted)
        return low if isinf(high) else low + (high - low) * (wanted - counts[low]) / (counts[high] - counts[low])

    def _joined(self, name: str, join: Callable[[Iterable[float]], float]) -> float | None:
        values = [sample.value for sample in self.samples if sample.name == name]
        return join(values) if values else None


def delivery_health(metrics: Metrics) -> Sequence[HealthFigure]:
    """Return the figures of delivery: what waits, how late it is, what was given up, and whether timelines are right."""
    audited, drifted = metrics.total("rookery_timelines_audited_total"), metrics.total("rookery_timelines_drifted_total")
    drift = drifted / audited if audited and drifted is not None else None
    overdue = metrics.most("rookery_fan_out_overdue_seconds")
    return [
        HealthFigure("waiting in the outbox", metrics.most("rookery_outbox_depth"), "events", "Not on the stream yet."),
        HealthFigure("waiting in the stream", metrics.most("rookery_group_lag"), "events", "Of the group furthest behind."),
        HealthFigure("age, median", metrics.quantile(AGE, 0.5), "s", "From a change until it was handled."),
        HealthFigure("age, p99", metrics.quantile(AGE, 0.99), "s", "The same, but for one in a hundred."),
        _none("dead letters", metrics.most("rookery_dead_letters"), "events", "Failed in every attempt."),
        HealthFigure("deliveries", metrics.total("rookery_deliveries_total"), "viewers", "Reached since the workers began."),
        HealthFigure("deliveries left", metrics.most("rookery_fan_out_backlog"), "viewers", "Still to be reached by tasks."),
        HealthFigure("fan-out behind", overdue, "s", "The next task is late by.", _at_most(overdue, OVERDUE_MOST)),
        HealthFigure(
            "a chunk, p99", metrics.quantile("rookery_fan_out_chunk_seconds", 0.99), "s", "To push one chunk of followers."
        ),
        _none("tasks set aside", metrics.total("rookery_fan_out_set_aside_total"), "tasks", "Given up after all attempts."),
        HealthFigure("timelines audited", audited, "timelines", "Compared with the graph since the workers began."),
        _none("timelines that differed", drift, "of those", "Without a reason that would explain it."),
    ]


def _none(name: str, value: float | None, unit: str, meaning: str) -> HealthFigure:
    """Return a figure that should be nothing."""
    return HealthFigure(name, value, unit, meaning, _at_most(value, 0))


def _at_most(value: float | None, bound: float) -> bool | None:
    return None if value is None else value <= bound
