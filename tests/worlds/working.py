"""The worker, in the event loop of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from app import consumers_of
from parts import Parts
from services.events import worker
from services.events.metrics import EventMetrics
from services.events.relay import Relay
from services.media.processor import MediaProcessor, MediaProcessorLimits


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Run the worker, but for pictures, until the block ends."""
    consumers = [each for each in consumers_of(parts, MediaProcessor(MediaProcessorLimits(1))) if each.group != "pictures"]
    metrics, redis = EventMetrics.of(CollectorRegistry()), parts.keyspace.redis
    relay = Relay(parts.graph, redis, metrics, groups=[each.group for each in consumers])
    running = asyncio.create_task(worker.run(consumers, relay, redis=redis, metrics=metrics))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
