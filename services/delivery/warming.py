"""Building the timelines of people who come back, before they read."""

import asyncio
from dataclasses import dataclass, field

import structlog

from services.delivery.building import TimelineBuilder
from services.events.backoff import TROUBLE

MOST = 8
"""Timelines that a process builds in the background at once. Whoever comes back meanwhile builds their own when they read."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TimelineWarming:
    """Builds in the background, and nothing where a timeline exists."""

    builder: TimelineBuilder
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, viewer: int) -> None:
        """Begin to build the timeline of a viewer, unless it exists or too many are being built."""
        if len(self._running) < MOST:
            task = asyncio.get_running_loop().create_task(self._build(viewer), name="warming a timeline")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Stop what is being built; the next reader builds it."""
        for task in (running := [*self._running]):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _build(self, viewer: int) -> None:
        try:
            await self.builder.expect(viewer)
            await self.builder.build(viewer)
        except TROUBLE as error:
            log.info("timeline_not_warmed", error=type(error).__name__)
