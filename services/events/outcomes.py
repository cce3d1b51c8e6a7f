"""What becomes of the events of a group: handled, failed, or set aside; told to the metrics and the log."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from clock import now_ms
from keyspace.stream_entries import StreamEntry
from services.events.event import Event
from services.events.metrics import EventMetrics
from services.events.stream import event_of

log = structlog.get_logger()


class WorkerLost(Exception):
    """An event that no worker answered for in all its deliveries, so it may be what kills them."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of one group in one worker. An event is set aside after `attempts` deliveries."""

    group: str
    attempts: int
    metrics: EventMetrics

    def event_of(self, entry: StreamEntry) -> Event:
        """Read the event of an entry.

        Raises:
            WorkerLost: it was delivered too often, and is to be set aside.
            MalformedEvent: it cannot be read, and is to be set aside.

        """
        if entry.deliveries > self.attempts:
            raise WorkerLost("never acknowledged")
        return event_of(entry.fields)

    def handled(self, events: Sequence[Event]) -> None:
        """Note that a call succeeded."""
        self.metrics.handled.labels(self.group).inc(len(events))
        for event in events:
            self.metrics.age.labels(self.group).observe((now_ms() - event.at) / 1_000)

    def failed(self, entry: StreamEntry, event: Event, error: Exception) -> None:
        """Note that a call with this event failed."""
        self.metrics.failed.labels(self.group).inc()
        log.warning(
            "event_failed",
            group=self.group,
            type=event.type,
            event_id=event.id,
            delivery=entry.deliveries,
            error=type(error).__name__,
        )

    def set_aside(self, entry: StreamEntry, error: Exception) -> None:
        """Note that an event is a dead letter now."""
        self.metrics.dead.labels(self.group).inc()
        log.error("event_set_aside", group=self.group, entry=entry.id.decode(), error=type(error).__name__)


def text_of(error: Exception) -> str:
    """Return the class of an error and its text, as dead letters keep them."""
    return f"{type(error).__name__}: {error}"
