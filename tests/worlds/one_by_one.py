"""What a worker does to deliver posts, one thing after another, so that a test may stop it between any two round trips."""

import asyncio
from contextlib import suppress

from prometheus_client import CollectorRegistry

from keyspace.consumer_group import ConsumerGroup
from keyspace.errors import LeaseLost
from keyspace.fan_out_queue import Claimed
from keyspace.keys import RELAY_LEASE
from keyspace.roles import Role
from parts import Parts
from services.delivery.runner import GROUP
from services.events.engine import worker_name
from services.events.metrics import EventMetrics
from services.events.relay import Relay
from services.events.stream import event_of
from tests.worlds.delivery import consumers_without_pictures, fan_out_runner

MANY = 1_000
"""More events than there are."""
NO_WAIT = 1
"""Milliseconds that a read waits for new events."""


async def work(parts: Parts) -> None:
    """Move what is in the outbox, handle it and what others left behind, and carry out the tasks of fan-out that nobody has."""
    streams = parts.redis.of(Role.STREAMS)
    relay = Relay(parts.graph, streams, parts.blocking, EventMetrics.of(CollectorRegistry()))
    await streams.command("DEL", RELAY_LEASE)  # whoever had it died
    await relay._lease.hold()
    with suppress(LeaseLost):  # another is the relay by now
        await relay._move_all()
    group = ConsumerGroup(streams, parts.blocking, GROUP, worker_name())
    await group.create()
    consumer = next(each for each in consumers_without_pictures(parts) if each.group == GROUP)
    for entry in [*await group.claim_abandoned(0, MANY, known=()), *await group.read(MANY, NO_WAIT)]:
        event = event_of(entry.fields)
        if event.type in consumer.types:
            await consumer([event])
        await group.acknowledge([entry.id])
    await _carry_out(parts)


async def _carry_out(parts: Parts) -> None:
    runner, queue = fan_out_runner(parts), parts.delivery.queue
    while (found := await queue.claim()) is not None:
        if isinstance(found, Claimed):
            await runner.carry(found)
            await asyncio.gather(*runner.tiers._selecting.values())
        else:
            await asyncio.sleep(found)
