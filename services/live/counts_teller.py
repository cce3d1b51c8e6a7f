"""Tells hubs which posts were liked or answered: once a second, all that were since."""

import asyncio
from dataclasses import dataclass

import structlog

from keyspace.live_stream import LiveStream
from services.events.backoff import TROUBLE, Backoff

EVERY = 0.25
"""Seconds between looks. A like alone is told so soon; how often the same post is told is bounded by the stream."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CountsTeller:
    """Tells counts that changed. Each worker runs one; what one has told, no other tells again."""

    stream: LiveStream

    async def run(self) -> None:
        """Tell until cancelled."""
        backoff = Backoff()
        while True:
            try:
                await self.stream.tell_counts()
                backoff.reset()
                await asyncio.sleep(EVERY)
            except TROUBLE as error:
                log.warning("counts not told", error=type(error).__name__, retry_after=round(backoff.next, 2))
                await backoff.wait()
