"""The worker, in the event loop of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from keyspace.roles import Role
from parts import Parts
from services.events.engine import EventEngine
from services.events.metrics import EventMetrics
from services.live.counts_teller import CountsTeller
from tests.worlds.delivery import consumers_without_pictures, fan_out_runner


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Run the worker, but for pictures and periodic work, until the block ends."""
    consumers, streams = consumers_without_pictures(parts), parts.redis.of(Role.STREAMS)
    engine = EventEngine(parts.graph, streams, parts.blocking, EventMetrics.of(CollectorRegistry()))
    counts = CountsTeller(parts.live_stream)
    running = [
        asyncio.create_task(each) for each in (engine.run(consumers, "worker"), fan_out_runner(parts).run(), counts.run())
    ]
    try:
        yield
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
