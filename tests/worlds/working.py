"""The worker, in the event loop of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from parts import Parts
from services.events.engine import EventEngine
from services.events.metrics import EventMetrics
from tests.worlds.delivery import consumers_without_pictures


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Run the worker, but for pictures, until the block ends."""
    consumers = consumers_without_pictures(parts)
    engine = EventEngine(parts.graph, parts.keyspace, parts.blocking, EventMetrics.of(CollectorRegistry()))
    running = asyncio.create_task(engine.run(consumers, "worker"))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
