"""Events that failed in this worker and wait here for their next attempt, while others pass them by."""

import time
from dataclasses import dataclass, field

from keyspace.stream_entries import StreamEntry

ROOM = 1_000
"""Entries of a group that may wait in one worker; with more, as in a long outage, it reads nothing new."""


@dataclass(slots=True)
class RetryQueue:
    """Entries by id, each with the moment from which it may be tried again. They stay in the pending list in Redis."""

    entries: dict[bytes, tuple[float, StreamEntry]] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Return whether no more should be read."""
        return len(self.entries) >= ROOM

    def add(self, entry: StreamEntry, pause: float) -> None:
        """Let an entry wait for some seconds."""
        self.entries[entry.id] = (time.monotonic() + pause, entry)

    def take_due(self, count: int) -> list[StreamEntry]:
        """Take at most `count` entries whose wait is over."""
        now = time.monotonic()
        due = [entry for at, entry in self.entries.values() if at <= now][:count]
        for entry in due:
            del self.entries[entry.id]
        return due
