"""The refreshes that workers start: every so often a process at low priority, which ends with the worker."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from analytics.errors import BrokenSnapshot, NoSnapshot
from analytics.export.stale import GROUP
from analytics.snapshots import Snapshot
from clock import now_ms
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.event_stream import EventStream
from services.events.backoff import TROUBLE, Backoff, jittered

START_AFTER = 180.0
"""Seconds after the start of a worker before which it starts no refresh, so that it takes nothing from what starts with it."""
LOOK_EVERY = 300.0
"""Seconds between looks at how old the copy is, at most."""
WATCH_EVERY = 5.0
"""Seconds between looks of a worker that notes nothing at what others have still to note."""
FAR_BEHIND = 0.5
"""Share of the stream: the other half is more than comes between two looks."""
BUSY = 4
"""Exit code of a refresh that found another one at work."""
TOLD = 2_000
"""Characters of what a refresh that failed had to say, for the log."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RefreshMetrics:
    """What a worker tells of the copy."""

    refreshes: Counter
    mark: Gauge

    @classmethod
    def of(cls, registry: CollectorRegistry) -> Self:
        """Create the metrics in a registry."""
        return cls(
            Counter("rookery_analytics_refreshes_total", "Refreshes of the analysts' copy.", ("outcome",), registry=registry),
            Gauge("rookery_analytics_mark_timestamp_seconds", "Up to when changes are in the copy.", registry=registry),
        )


@dataclass(frozen=True, slots=True)
class PeriodicRefresh:
    """Starts a refresh where the newest snapshot is `every` seconds old, or there is none. Several workers may: one does it.

    It is a loop of its own, and no periodic work of docket, which waits at its end for what runs.
    """

    folder: Path
    every: float
    metrics: RefreshMetrics

    async def run(self) -> None:
        """Look now and then, until cancelled. What fails is tried again at the next look."""
        await asyncio.sleep(START_AFTER)
        while True:
            await self.look()
            await asyncio.sleep(jittered(LOOK_EVERY))

    async def look(self) -> None:
        """Refresh the copy if it is due. Whatever fails is logged and counted: delivery does not depend on the copy."""
        try:
            if await asyncio.to_thread(self._age) >= self.every:
                await self.refresh()
        except Exception:  # a folder or a fork may fail in ways of its own, and the worker has other work
            self.metrics.refreshes.labels("failed").inc()
            log.exception("analytics_refresh_failed")

    async def refresh(self) -> None:
        """Refresh in a process of its own, which is ended where this is cancelled: the next refresh goes on with what it had."""
        command = (sys.executable, "-m", "cli", "analytics", "refresh")
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdin=none, stdout=none, stderr=pipe)
        try:
            _, told = await process.communicate()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        await self._ended(process.returncode, told.decode(errors="replace"))

    def _age(self) -> float:
        """Return the seconds since the mark of the newest snapshot; one that is of no use is older than any other.

        Raises:
            UnreadableSnapshot: the disk does not give it.

        """
        try:
            mark = Snapshot.newest(self.folder).manifest.mark
        except (NoSnapshot, BrokenSnapshot):
            return float("inf")
        self.metrics.mark.set(mark / 1_000)
        return (now_ms() - mark) / 1_000

    async def _ended(self, code: int | None, told: str) -> None:
        outcome = {0: "done", BUSY: "busy"}.get(-1 if code is None else code, "failed")
        self.metrics.refreshes.labels(outcome).inc()
        if outcome == "failed":
            log.error("analytics_refresh_failed", code=code, told=told[-TOLD:])
        else:
            log.info("analytics_refreshed", outcome=outcome, age=round(await asyncio.to_thread(self._age), 1))


@dataclass(frozen=True, slots=True)
class NotesWatch:
    """Says of notes that they are lost, as a worker that notes nothing: its relay may trim what others have not noted.

    `length` is how many entries the stream keeps.
    """

    notes: AnalyticsNotes
    events: EventStream
    length: int

    async def run(self) -> None:
        """Look now and then, until cancelled; wait for Redis where it is away."""
        backoff = Backoff()
        while True:
            try:
                await self.look()
                backoff.reset()
                await asyncio.sleep(WATCH_EVERY)
            except TROUBLE:
                await backoff.wait()

    async def look(self) -> None:
        """Look once whether the group is so far behind that it may lose something before the next look.

        Raises:
            Unavailable: Redis does not answer.

        """
        if await self.notes.begun() is None:
            return
        behind = await self.events.behind_by(GROUP)
        if behind is None or behind >= FAR_BEHIND * self.length:
            await self.notes.lose()
