"""The threshold in the graph follows the queue: by one worker at a time, until quiet brings it back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
from prometheus_client import CollectorRegistry

from graph.rows.posts import Delivery
from keyspace import keys
from parts import Parts, open_parts
from services.delivery.adapting import Adapting
from services.delivery.adaptive import AdaptiveThreshold
from services.delivery.control_metrics import ControlMetrics
from tests.worlds.waiting import PATIENT, until
from worker import adapting_of

BUSY = 500_000


@pytest.fixture
async def parts(settings, graph, keyspace) -> AsyncIterator[Parts]:
    async with open_parts(settings.model_copy(update=PATIENT)) as parts:
        yield parts


def adapting(parts: Parts) -> Adapting:
    return adapting_of(parts, ControlMetrics.of(CollectorRegistry(), parts.settings.push_below))


async def owe(parts: Parts, deliveries: int) -> None:
    """Let so many deliveries wait."""
    await parts.keyspace.command("SET", keys.FAN_OUT[-1], deliveries)


@asynccontextmanager
async def running(*each: Adapting) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.create_task(one.run()) for one in each]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def threshold(parts: Parts) -> int | None:
    return (await parts.delivery_controls.read()).threshold


async def test_a_backlog_lowers_what_is_in_the_graph_and_quiet_brings_it_back(parts):
    one = adapting(parts)
    level = AdaptiveThreshold.resume(one.limits, None, shedding=False)
    await one.look(level, 0)
    assert await threshold(parts) is None
    await owe(parts, BUSY)
    with structlog.testing.capture_logs() as logs:
        for at in range(1, 10):
            await one.look(level, at)
    assert await threshold(parts) == 1_000
    moved = [each for each in logs if each["event"] == "delivery_threshold_changed"]
    assert [(each["threshold"], each["why"], each["backlog"]) for each in moved] == [
        (lower, "busy", BUSY) for lower in (5_000, 2_500, 1_250, 1_000)
    ]
    assert one.metrics.threshold._value.get() == 1_000
    await owe(parts, 0)
    for at in range(10, 400, 10):
        await one.look(level, at)
    assert await threshold(parts) is None
    assert one.metrics.threshold._value.get() == parts.settings.push_below


async def test_nothing_is_written_while_nothing_changes(parts, graph):
    one = adapting(parts)
    level = AdaptiveThreshold.resume(one.limits, None, shedding=False)
    for at in range(100):
        await one.look(level, at)
    assert (await parts.delivery_controls.read()).changed_at is None


async def test_load_leaves_a_pin_and_is_known_when_it_ends(parts):
    controls = parts.delivery_controls
    await controls.pin(threshold=7, mode=Delivery.PULL)
    adapted = await controls.adapt(2_000, shedding=False)
    assert adapted.in_force(10_000) == (7, Delivery.PULL)
    assert (await controls.unpin()).in_force(10_000) == (2_000, Delivery.MIXED)
    assert (await controls.adapt(None, shedding=True)).in_force(10_000) == (10_000, Delivery.PULL)


async def test_of_two_workers_one_decides_and_the_other_goes_on_from_there(parts):
    both = adapting(parts), adapting(parts)
    await owe(parts, BUSY)
    async with running(*both) as tasks:
        async def lowered() -> bool:
            return await threshold(parts) == 5_000

        await until(lowered, 20)
        holder = (await parts.keyspace.command("GET", keys.THRESHOLD_LEASE)).decode()
        first = next(at for at, each in enumerate(both) if each.lease.token == holder)
        tasks[first].cancel()
        await asyncio.gather(tasks[first], return_exceptions=True)

        async def lowest() -> bool:
            return await threshold(parts) == 1_000

        await until(lowest, 30)
        assert both[1 - first].lease.token == (await parts.keyspace.command("GET", keys.THRESHOLD_LEASE)).decode()
        assert both[1 - first].metrics.moved.labels("down")._value.get() >= 1
