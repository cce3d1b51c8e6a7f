"""What the worker does with events, at once and in their order: by the product's consumers, without stream and groups."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from graph.driver import Graph
from graph.outbox import OutboxEvent
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.fan_out_queue import Claimed
from keyspace.lease import Lease
from parts import Parts
from services.delivery.metrics import DeliveryMetrics
from services.delivery.runner import FanOutRunner
from services.delivery.settlement import Settlement
from services.delivery.settlement_metrics import SettlementMetrics
from services.events.catalogue import decode
from services.events.consumer import Consumer
from services.events.event import Event
from services.events.retry_policy import RetryPolicy
from services.media.processor import MediaProcessor, MediaProcessorLimits
from tests.worlds.waiting import until
from worker import consumers_of, runner_of, settlement_of


def consumers_without_pictures(parts: Parts) -> list[Consumer[Any]]:
    """Give every consumer but the one that processes pictures, so that no sandbox is started."""
    unused = MediaProcessor(MediaProcessorLimits(1))
    return [each for each in consumers_of(parts, unused) if each.group != "pictures"]


def fan_out_runner(parts: Parts, policy: RetryPolicy | None = None) -> FanOutRunner:
    """Give what carries out the tasks of fan-out, with figures of its own."""
    return runner_of(parts, policy or RetryPolicy(), DeliveryMetrics.of(CollectorRegistry()))


def settlement(parts: Parts) -> Settlement:
    """Give what settles pulled authors, with figures of its own."""
    return settlement_of(parts, SettlementMetrics.of(CollectorRegistry()))


async def carry_out(parts: Parts) -> None:
    """Carry out the tasks that are ready."""
    runner = fan_out_runner(parts)
    while isinstance(found := await parts.delivery.queue.claim(), Claimed):
        await runner.carry(found)
    await runner.walk.close()


async def let_time_pass(keyspace: Keyspace) -> None:
    """Let every claim end, and every task be due."""
    _, later, claimed, *_ = keys.FAN_OUT
    for name in (later, claimed):
        for member in await keyspace.command("ZRANGE", name, 0, -1):
            await keyspace.command("ZADD", name, 0, member)


async def waiting(graph: Graph, limit: int = 100_000) -> list[Event]:
    """Read the events of the outbox, oldest first."""
    rows = await graph.read("outbox/oldest", limit=limit)
    return [decode(OutboxEvent(id_, type_, at, orjson.loads(payload))) for id_, type_, at, payload in rows]


async def taken(graph: Graph) -> list[Event]:
    """Read the events of the outbox, and remove them."""
    events = await waiting(graph)
    await graph.write("outbox/remove", ids=[event.id for event in events])
    return events


async def handle(consumers: Sequence[Consumer[Any]], events: Iterable[Event]) -> None:
    """Give each event to every consumer that acts on it, one after the other."""
    for event in events:
        for consumer in consumers:
            if event.type in consumer.types:
                async with leading(consumer.lease):
                    await consumer([event])


@asynccontextmanager
async def leading(lease: Lease | None) -> AsyncIterator[None]:
    """Hold a lease, if there is one, as the worker does: wait for it, and release it at the end of the block."""
    if lease is None:
        yield
    else:
        await until(lease.hold)
        try:
            yield
        finally:
            await lease.release()
