"""What is measured of each field if an operator asks for it: how often it is looked up, for how many rows, how long it takes.

Fields that are attributes or functions of their rows are not measured: they cost less than counting them would.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from prometheus_client import CollectorRegistry, Counter

from execution.tracing import Attributes, OpenTelemetry, Span, Tracer, Untraced

Record: TypeAlias = Callable[[int, float, bool], None]
"""Takes one level of rows: how many there were, the seconds until all had answers, and whether one failed."""


@dataclass(frozen=True, slots=True)
class FieldInstrument:
    """What measures a field; it is part of a plan."""

    name: str
    """As in `Post.author`."""
    record: Record


class FieldMetrics:
    """Counters by field. Their labels are names of the schema, so there are no more of them than fields."""

    def __init__(self, registry: CollectorRegistry, prefix: str) -> None:
        """Register them; their names begin with the prefix."""

        def counter(name: str, text: str) -> Counter:
            return Counter(f"{prefix}_field_{name}", text, ("field",), registry=registry)

        self._lookups = counter("lookups", "Levels of rows for which a field was looked up or called.")
        self._rows = counter("rows", "Rows for which it was.")
        self._seconds = counter("seconds", "Time until all rows of the level had their answers.")
        self._failures = counter("failures", "Levels in which a row failed.")

    def of(self, field: str) -> Record:
        """Return what counts a field."""
        lookups, rows = self._lookups.labels(field), self._rows.labels(field)
        seconds, failures = self._seconds.labels(field), self._failures.labels(field)

        def record(count: int, took: float, failed: bool) -> None:
            lookups.inc()
            rows.inc(count)
            seconds.inc(took)
            if failed:
                failures.inc()

        return record


def _record_nothing(_count: int, _took: float, _failed: bool) -> None:
    """Count nothing."""


class Instrumentation:
    """What a process measures: fields, spans, or both."""

    def __init__(self, prefix: str, metrics: FieldMetrics | None, tracer: Tracer | None) -> None:
        """Measure by those that are given. The prefix is for the names of attributes that no standard has."""
        self._prefix = prefix
        self._metrics = metrics
        self._tracer = tracer or Untraced()
        self._fields: dict[str, FieldInstrument] = {}

    def field(self, name: str) -> FieldInstrument:
        """Return what measures a field, for the plans that have it."""
        if name not in self._fields:
            record = self._metrics.of(name) if self._metrics else _record_nothing
            self._fields[name] = FieldInstrument(name, record)
        return self._fields[name]

    def span(self, name: str, attributes: Attributes) -> AbstractContextManager[Span]:
        """Begin a span with attributes of the standard."""
        return self._tracer.span(name, attributes)

    def own_span(self, name: str, **attributes: str | int) -> AbstractContextManager[Span]:
        """Begin a span with attributes of our own."""
        return self._tracer.span(name, {f"{self._prefix}.{key}": value for key, value in attributes.items()})


def instrumentation_of(
    registry: CollectorRegistry, prefix: str, *, field_metrics: bool, tracing: bool
) -> Instrumentation | None:
    """Return what an operator asks for; None for nothing. Names of metrics and attributes begin with the prefix."""
    if not field_metrics and not tracing:
        return None
    metrics = FieldMetrics(registry, prefix) if field_metrics else None
    return Instrumentation(prefix, metrics, OpenTelemetry(prefix) if tracing else None)
