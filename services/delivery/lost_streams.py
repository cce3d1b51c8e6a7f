"""Notices that the Redis of streams lost its events, and drops what they would have changed."""

import asyncio
from dataclasses import dataclass

import structlog

from keyspace.epochs import Epochs
from services.events.backoff import TROUBLE, Backoff

LOOK_EVERY = 1.0
"""Seconds between looks: two commands each."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LostStreams:
    """The loop of one worker. Every worker does this: to drop twice harms nothing."""

    epochs: Epochs

    async def run(self) -> None:
        """Work until cancelled, or return at once where no caches are apart from the streams. Redis may be away."""
        backoff = Backoff()
        while self.epochs.apart:
            try:
                if dropped := await self.epochs.look():
                    log.warning("streams_are_new", dropped=[*dropped])
                backoff.reset()
            except TROUBLE as error:
                log.warning("epochs_unknown", error=type(error).__name__)
                await backoff.wait()
            await asyncio.sleep(LOOK_EVERY)
