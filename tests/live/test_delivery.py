"""New posts on open streams, by the real worker."""

import asyncio

import pytest

from graph.rows.posts import Delivery
from keyspace.keys import ANNOUNCER_LEASE
from keyspace.lease import Lease
from services.events.post_events import PostCreated
from services.live.announcer import Announcer
from tests.live.conftest import post_id
from tests.worlds.delivery import leading
from tests.worlds.working import working

AT_ONCE = 10.0
"""Seconds: far below every time limit behind which a post could wait, and enough for a busy machine."""


async def test_a_post_arrives_at_once_over_both_transports(live):
    async with working(live.town.parts), live.socket("ada") as socket, live.events("ada") as events:
        for text in ("first, with the worker just started", "second"):
            await live.town.post("bea", text)
            async with asyncio.timeout(AT_ONCE):
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
        async with asyncio.timeout(AT_ONCE):
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
        text = (await socket.next())["post"]["text"]
        if text == "before":  # it was in the outbox still, and its mark was lost with the rest
            text = (await socket.next())["post"]["text"]
        assert text == "after"


async def test_a_backlog_of_the_worker_cuts_nobody(live):
    """More than the hub reads at once comes at once, and clients read while it is handed out."""
    town = live.town
    bea = town.people["bea"]
    backlog = [
        PostCreated(
            post_id=id_, author_id=bea.id, author_key=bea.key, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
        )
        for id_ in reversed(await town.has_written("bea", 1_200))
    ]
    lease = Lease(town.parts.keyspace, ANNOUNCER_LEASE)
    announce = Announcer(town.parts.live_stream, lease, 100_000, town.parts.writer.invalidation)
    async with live.socket("ada") as socket, live.events("ada") as events:
        async with leading(lease):
            await announce(backlog)
        expected = [post_id(event.post_id) for event in backlog]
        for client in (socket, events):
            assert [(await client.next())["post"]["id"] for _ in backlog] == expected


@pytest.mark.parametrize("count", [40])
async def test_a_burst_arrives_whole_and_in_order(live, count):
    async with working(live.town.parts), live.socket("ada") as socket:
        written = [await live.town.post("bea", str(at)) for at in range(count)]
        assert len(written) == count
        assert [(await socket.next())["post"]["text"] for _ in range(count)] == [str(at) for at in range(count)]
