"""The worker: every consumer and the relay, running together until they are told to stop."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from redis.asyncio import Redis

from services.events.backoff import TROUBLE
from services.events.connection import blocking
from services.events.consumer import Consumer
from services.events.limits import Limits, worker_name
from services.events.metrics import EventMetrics
from services.events.relay import Relay
from services.events.subscription import Subscription

LOOK_EVERY = 10.0
"""Seconds between looks at what waits, for the metrics."""

log = structlog.get_logger()


async def run(
    consumers: Sequence[Consumer[Any]],
    relay: Relay,
    *,
    redis: Redis,
    metrics: EventMetrics,
    limits: Limits | None = None,
    name: str | None = None,
) -> None:
    """Move events and have them handled until cancelled.

    A graph or a Redis that is down, at the start too, is waited for. Cancelled, it reads nothing more, gives what has
    begun `limits.grace` seconds, and leaves the rest to the next worker. `redis` is any client of the server: loops
    that block get connections of their own.
    """
    limits, name = limits or Limits(), name or worker_name()
    log.info("worker_started", worker=name, groups=[consumer.group for consumer in consumers])
    async with blocking(redis) as reader:
        subscriptions = [Subscription(consumer, reader, name, limits, metrics) for consumer in consumers]
        async with asyncio.TaskGroup() as parts:
            parts.create_task(relay.run(), name="relay")
            parts.create_task(_look(relay, reader, metrics), name="metrics of events")
            for subscription in subscriptions:
                parts.create_task(subscription.run(), name=f"consumer {subscription.consumer.group}")


async def _look(relay: Relay, redis: Redis, metrics: EventMetrics) -> None:
    """Keep the gauges fresh."""
    while True:
        try:
            await metrics.look(relay.graph, redis)
        except TROUBLE as error:
            log.warning("event_metrics_stale", error=type(error).__name__)
        await asyncio.sleep(LOOK_EVERY)
