import asyncio

import pytest
from pydantic import SecretStr

from errors import Unavailable
from graph.ids import LAST
from tests.worlds.timelines import listed
from tests.worlds.town import Town
from tests.worlds.waiting import until
from tests.worlds.working import working

UNREACHABLE = "bolt://127.0.0.1:1"
AT_ONCE = 5.0
"""Seconds: below the patience of these processes, and enough for a busy machine."""


async def warm(town: Town) -> list[str]:
    await town.follow("ada", "bea")
    posts = await town.has_written("bea", 30)
    for _ in range(2):
        assert await town.ids("ada") == posts[:20]
    return posts


async def test_without_redis_pages_come_right_from_the_graph_and_writes_succeed(town, servers):
    posts = await warm(town)
    servers.redis.kill()
    try:
        new = await town.post("bea")
        await town.follow("ada", "cid")
        other = await town.post("cid")
        await town.unfollow("ada", "cid")
        assert await town.walk("ada") == [new, *posts]
        await town.follow("ada", "cid")
        assert await town.ids("ada") == [other, new, *posts[:18]]
    finally:
        servers.redis.start()


async def test_what_was_written_without_redis_is_delivered_by_the_worker_when_it_is_back(town, servers):
    posts = await warm(town)

    async def pushed(expected: list[str]) -> bool:
        try:
            found = await listed(town.parts.services.feeds.timelines, town.people["ada"].key, LAST, len(expected))
        except Unavailable:
            return False
        return found is not None and list(found.ids) == expected

    async def walked(expected: list[str]) -> bool:
        return list(await town.walk("ada")) == expected

    async with working(town.parts):
        servers.redis.kill()
        new = [await town.post("bea") for _ in range(3)]
        await town.delete("bea", posts[0])
        servers.redis.start()
        await until(lambda: pushed(new[::-1]), seconds=30)
        await until(lambda: walked([*new[::-1], *posts[1:]]), seconds=30)


async def test_without_the_graph_a_warm_page_is_served(town, found_town):
    posts = await warm(town)
    lost = found_town(neo4j_uri=UNREACHABLE)
    lost.people = town.people
    assert await lost.ids("ada") == posts[:20]


async def test_without_the_graph_a_cold_page_is_unavailable_at_once(town, found_town):
    lost = found_town(neo4j_uri=UNREACHABLE)
    lost.people = town.people
    with pytest.raises(Unavailable):
        await asyncio.wait_for(lost.ids("ada"), AT_ONCE)


async def test_without_both_it_is_unavailable_at_once(town, found_town):
    lost = found_town(neo4j_uri=UNREACHABLE, redis_url=SecretStr("redis://127.0.0.1:1"))
    lost.people = town.people
    with pytest.raises(Unavailable):
        await asyncio.wait_for(lost.ids("ada"), AT_ONCE)
