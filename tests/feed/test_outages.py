import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from app import consumers_of
from errors import Unavailable
from services.events import worker
from services.events.metrics import EventMetrics
from services.events.relay import Relay
from services.media.darkroom import Darkroom, DarkroomLimits
from tests.worlds.town import Town

UNREACHABLE = "bolt://127.0.0.1:1"


@asynccontextmanager
async def working(town: Town):
    """Run the worker, but for pictures."""
    darkroom = Darkroom(DarkroomLimits(1))
    consumers = [each for each in consumers_of(town.parts, darkroom) if each.group != "pictures"]
    metrics, redis = EventMetrics.of(CollectorRegistry()), town.parts.keyspace.redis
    relay = Relay(town.parts.graph, redis, metrics, groups=[each.group for each in consumers])
    running = asyncio.create_task(worker.run(consumers, relay, redis=redis, metrics=metrics))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def warm(town: Town) -> list[str]:
    await town.follow("ada", "bea")
    posts = await town.has_written("bea", 30)
    for _ in range(2):
        assert await town.ids("ada") == posts[:20]
    return posts


async def test_without_redis_pages_come_right_from_the_graph_and_writes_succeed(town, servers):
    posts = await warm(town)
    servers.kill_redis()
    try:
        new = await town.post("bea")
        await town.follow("ada", "cid")
        other = await town.post("cid")
        await town.unfollow("ada", "cid")
        assert await town.walk("ada") == [new, *posts]
        await town.follow("ada", "cid")
        assert await town.ids("ada") == [other, new, *posts[:18]]
    finally:
        servers.start_redis()


async def test_what_was_written_without_redis_is_delivered_by_the_worker_when_it_is_back(town, servers):
    posts = await warm(town)
    async with working(town):
        servers.kill_redis()
        new = [await town.post("bea") for _ in range(3)]
        await town.delete("bea", posts[0])
        servers.start_redis()
        async with asyncio.timeout(15):
            while await town.ids("ada", 5) != [*new[::-1], *posts[1:3]]:
                await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            while await town.parts.graph.read("outbox/depth"):
                await asyncio.sleep(0.05)
    assert await town.walk("ada") == [*new[::-1], *posts[1:]]


async def test_without_the_graph_a_warm_page_is_served(town, found_town):
    posts = await warm(town)
    lost = found_town(neo4j_uri=UNREACHABLE)
    lost.people = town.people
    assert await lost.ids("ada") == posts[:20]


async def test_without_the_graph_a_cold_page_is_unavailable_at_once(town, found_town):
    lost = found_town(neo4j_uri=UNREACHABLE)
    lost.people = town.people
    began = time.perf_counter()
    with pytest.raises(Unavailable):
        await lost.ids("ada")
    assert time.perf_counter() - began < 1


async def test_without_both_it_is_unavailable_at_once(town, found_town):
    lost = found_town(neo4j_uri=UNREACHABLE, redis_url=type(town.parts.settings.redis_url)("redis://127.0.0.1:1"))
    lost.people = town.people
    began = time.perf_counter()
    with pytest.raises(Unavailable):
        await lost.ids("ada")
    assert time.perf_counter() - began < 1
