"""New posts on open streams, by the real worker."""

import asyncio

import pytest

from tests.worlds.working import working

WITHIN = 1.0
"""Seconds in which a post must arrive."""
AFTER_RESTART = 5.0
"""Seconds in which it must when Redis was restarted just before."""


async def test_a_post_arrives_within_a_second_over_both_transports(live):
    async with working(live.town.parts), live.socket("ada") as socket, live.events("ada") as events:
        for text in ("first, with the worker just started", "second"):
            seconds = 10 if text.startswith("first") else WITHIN
            await live.town.post("bea", text)
            async with asyncio.timeout(seconds):
                over_socket, by_events = await asyncio.gather(socket.next(), events.next())
            assert over_socket == by_events
            assert over_socket["post"]["text"] == text
            assert over_socket["post"]["author"] == {"username": "bea"}


async def test_the_next_post_after_a_restart_of_redis_arrives_on_the_same_streams(live, servers):
    async with working(live.town.parts), live.socket("ada") as socket, live.events("ada") as events:
        await live.town.post("bea", "before")
        assert (await socket.next())["post"]["text"] == (await events.next())["post"]["text"] == "before"
        await asyncio.to_thread(servers.redis.stop)
        await asyncio.to_thread(servers.redis.start)
        await live.town.post("bea", "after")
        async with asyncio.timeout(AFTER_RESTART):
            over_socket, by_events = await asyncio.gather(socket.next(), events.next())
        assert over_socket["post"]["text"] == by_events["post"]["text"] == "after"


async def test_what_is_written_while_redis_is_down_arrives_in_order_when_it_is_back(live, servers):
    async with working(live.town.parts), live.socket("ada") as socket:
        await live.town.post("bea", "before")
        await socket.next()
        await asyncio.to_thread(servers.redis.kill)
        for text in ("one", "two", "three"):
            await live.town.post("bea", text)
        await asyncio.to_thread(servers.redis.start)
        assert [(await socket.next())["post"]["text"] for _ in range(3)] == ["one", "two", "three"]


async def test_when_redis_is_emptied_streams_are_told_and_go_on(live):
    async with working(live.town.parts), live.socket("ada") as socket:
        await live.town.post("bea", "before")
        await socket.next()
        await live.town.parts.keyspace.command("FLUSHALL")
        assert (await socket.next())["__typename"] == "TimelineResync"
        await live.town.post("bea", "after")
        assert (await socket.next())["post"]["text"] == "after"


@pytest.mark.parametrize("count", [40])
async def test_a_burst_arrives_whole_and_in_order(live, count):
    async with working(live.town.parts), live.socket("ada") as socket:
        written = [await live.town.post("bea", str(at)) for at in range(count)]
        assert len(written) == count
        assert [(await socket.next())["post"]["text"] for _ in range(count)] == [str(at) for at in range(count)]
